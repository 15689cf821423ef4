-- change.sql

-- Written by kitdb generate: +1 column, +1 constraint, -1 constraint, ~3 columns, ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint named of public.t: rows that break it stop the migration
-- may-fail-on-data: constraint t_b_a_key is unique: duplicates stop the migration
-- may-fail-on-data: public.t.c becomes NOT NULL: rows without a value stop the migration
-- rewrites-table: every row of public.t is written anew
-- writes-rows: rows without public.t.b get its default

alter table public.t drop constraint named;

alter table public.t drop constraint t_a_b_key;

alter table public.t alter column a drop not null;

alter table public.t alter column a type bigint;

update public.t set b = 0 where b is null;

alter table public.t add constraint t_b_not_null check (b is not null) not valid;

alter table public.t add column d integer generated always as (b + 1) stored;

alter table public.t add constraint t_c_not_null check (c is not null) not valid;

alter table public.t alter column b set default 0;

alter table public.t add constraint named CHECK (((c <> ''::text) OR (b > 0))) not valid;

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create unique index concurrently t_b_a_key on public.t using btree (b, a);

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_b_not_null;

alter table public.t alter column b set not null;

alter table public.t drop constraint t_b_not_null;

alter table public.t validate constraint t_c_not_null;

alter table public.t alter column c set not null;

alter table public.t drop constraint t_c_not_null;

alter table public.t validate constraint named;

alter table public.t add constraint t_b_a_key unique using index t_b_a_key;
