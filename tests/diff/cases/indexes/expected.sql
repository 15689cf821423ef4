-- change.sql

-- Written by kitdb generate: +1 index, -1 index, ~2 indexes.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: index t_b is unique: duplicates stop the migration

drop index public.gone;

drop index public.t_a;

drop index public.t_b;

create index t_a on public.t (lower(a)) include (b) where b is not null;

create unique index t_b on public.t (b) nulls not distinct;

comment on index public.t_b is 'unique';

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently t_gin on public.t using gin (to_tsvector('english', a)) with (fastupdate = off);
