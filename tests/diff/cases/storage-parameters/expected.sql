-- change.sql

-- Written by kitdb generate: ~2 tables, ~1 column, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop index public.a_t;

alter table public.a reset (autovacuum_enabled);

alter table public.a set (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 80);

alter table public.a alter column t set storage external;

alter table public.a alter column t set (n_distinct = 5);

create index a_t on public.a (t) with (fillfactor = 90);

alter table public.b set (toast.autovacuum_enabled = true, user_catalog_table = false);
