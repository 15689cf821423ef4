-- change.sql

-- Written by kitdb generate: ~2 tables, ~1 column, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.a reset (autovacuum_enabled);

alter table public.a set (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 80);

alter table public.a alter column t set storage external;

alter table public.a alter column t set (n_distinct = 5);

alter table public.b set (toast.autovacuum_enabled = true, user_catalog_table = false);

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently a_t__new on public.a using btree (t) WITH (fillfactor='90');

drop index concurrently public.a_t;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter index public.a_t__new rename to a_t;
