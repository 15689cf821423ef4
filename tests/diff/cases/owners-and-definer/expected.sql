-- change.sql

-- Written by kitdb generate: +1 type, ~1 view, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create type public.mood as enum ('ok');

revoke usage on type public.mood from postgres;

grant usage on type public.mood to blind_owner;

create or replace function public.f() returns int language sql security definer set search_path = '' set statement_timeout = '3s' as $$ select 2 $$;

alter function public.f() owner to blind_owner;

alter view public.v set (security_invoker = true);

alter view public.v owner to blind_owner;

alter table public.t owner to blind_owner;

alter type public.mood owner to blind_owner;
