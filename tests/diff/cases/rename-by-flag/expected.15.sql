-- change.sql

-- Written by kitdb generate: -1 grant, 6 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create schema app;

alter table public.a rename to b;

alter table public.b set schema app;

alter type public.e rename to kind;

alter function public.f(integer) rename to g;

alter table app.b rename column x to y;

alter table app.b rename constraint a_pkey to b_pkey;

revoke truncate, references, trigger on app.b from anon, authenticated, service_role;
