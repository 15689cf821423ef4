do $$ begin if not exists (select 1 from pg_roles where rolname = 'blind_owner') then create role blind_owner; grant blind_owner to postgres; end if; end $$;
grant usage, create on schema public to blind_owner;
create table public.t (id serial primary key);
create view public.v as select * from public.t;
create function public.f() returns int language sql security definer as $$ select 1 $$;
