-- change.sql

-- Written by kitdb generate: +3 grants, -3 grants.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

revoke grant option for usage on sequence public.s from anon;

grant select on sequence public.s to anon;

grant select, usage on sequence public.s to service_role;

revoke grant option for select on public.t from authenticated;

revoke update on public.t from authenticated;

grant select, insert on public.t to anon with grant option;
