-- change.sql

-- Written by kitdb generate: ~1 sequence, ~2 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew
-- rewrites-table: every row of public.u is written anew

alter sequence public.t_id_seq set logged;

alter table public.t set logged;

alter table public.u set unlogged;
