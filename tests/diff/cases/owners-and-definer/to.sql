-- flags: --rename none

do $$ begin if not exists (select 1 from pg_roles where rolname = 'blind_owner') then create role blind_owner; grant blind_owner to postgres; end if; end $$;
grant usage, create on schema public to blind_owner;
create table public.t (id serial primary key);
alter table public.t owner to blind_owner;
create view public.v with (security_invoker = true) as select * from public.t;
alter view public.v owner to blind_owner;
create function public.f() returns int language sql security definer set search_path = '' set statement_timeout = '3s' as $$ select 2 $$;
alter function public.f() owner to blind_owner;
create type public.mood as enum ('ok');
alter type public.mood owner to blind_owner;
