create function public.f() returns trigger language plpgsql as $$ begin return new; end $$;
create table public.t (id int primary key, a text);
create trigger one before insert or update of a on public.t for each row when (new.a is not null) execute function public.f('x');
create trigger two after update on public.t for each row execute function public.f();
alter table public.t disable trigger two;
comment on trigger two on public.t is 'sleeps';
create constraint trigger four after insert on public.t for each row execute function public.f();
create trigger five after delete on public.t referencing old table as was for each statement execute function public.f();
alter table public.t enable always trigger five;
