create table public.t (id int primary key);
create function public.f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on public.t for each row execute function public.f();
comment on trigger t on public.t is 'kept';
alter table public.t enable replica trigger t;
