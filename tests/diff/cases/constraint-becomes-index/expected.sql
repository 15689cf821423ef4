-- change.sql

-- Written by kitdb generate: +1 index, +1 constraint, -1 constraint, -1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: index t_a is unique: duplicates stop the migration

alter table public.t drop constraint t_a;

alter table public.u add constraint u_b unique using index u_b;

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create unique index concurrently t_a on public.t (a);
