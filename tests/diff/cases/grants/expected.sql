-- change.sql

-- Written by kitdb generate: +7 grants, -4 grants.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

revoke execute on function public.f() from public;

grant execute on function public.f() to authenticated;

revoke usage on schema app from anon;

grant all on schema app to authenticated;

grant usage on sequence public.s to anon, authenticated;

revoke select on public.t from anon;

grant delete on public.t to authenticated;

grant insert, update, delete on public.t to service_role;

grant select on public.t to service_role with grant option;

grant select (a, id), update (b) on public.t to anon;

revoke usage on type public.e from public;
