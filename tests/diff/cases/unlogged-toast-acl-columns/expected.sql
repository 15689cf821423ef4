-- change.sql

-- Written by kitdb generate: ~1 table, +2 grants, -3 grants.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

alter table public.t set unlogged;

revoke insert, update, delete on public.t from authenticated;

revoke select on public.t from service_role;

revoke select (a) on public.t from anon;

grant insert (a) on public.t to service_role;

grant select (b, c) on public.t to anon;
