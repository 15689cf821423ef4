-- change.sql

-- Written by kitdb generate: +1 index, -1 index, ~2 indexes.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: index t_b is unique: duplicates stop the migration

drop index public.t_b;

create unique index t_b on public.t (b) nulls not distinct;

comment on index public.t_b is 'unique';

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently t_a__new on public.t using btree (lower(a)) INCLUDE (b) WHERE (b IS NOT NULL);

drop index concurrently public.t_a;

create index concurrently t_gin on public.t using gin (to_tsvector('english', a)) with (fastupdate = off);

drop index concurrently public.gone;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter index public.t_a__new rename to t_a;
