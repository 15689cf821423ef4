-- change.sql

-- Written by kitdb generate: ~1 sequence, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew
-- rewrites-table: every row of public.u is written anew

alter table public.t alter column id type bigint;

alter table public.u alter column id type bigint;
