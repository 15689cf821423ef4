-- change.sql

-- Written by kitdb generate: ~1 function, -2 grants.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create or replace function public.f() returns int language sql security definer set search_path = '' as $$ select 2 $$;

revoke execute on function public.f() from public;

revoke select on public.t from public;
