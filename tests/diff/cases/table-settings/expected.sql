-- change.sql

-- Written by kitdb generate: +1 statistics, ~2 tables, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.u is written anew

alter table public.t reset (fillfactor);

alter table public.t set (autovacuum_enabled = false);

alter table public.t alter column a set storage external;

alter table public.t alter column b set statistics 500;

alter table public.t alter column b set (n_distinct = 5);

create statistics public.st (dependencies) ON a, b FROM public.t;

alter table public.t replica identity full;

alter table public.u set unlogged;
