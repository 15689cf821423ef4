create table public.t (id int primary key);
create schema app;
create function app.f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on public.t for each row execute function app.f();
comment on trigger t on public.t is 'kept';
alter table public.t enable replica trigger t;
