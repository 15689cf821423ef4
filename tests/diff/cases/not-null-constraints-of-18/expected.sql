-- change.sql

-- Written by kitdb generate: +1 table, +1 constraint, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_a_not_null of public.t: rows that break it stop the migration
-- may-fail-on-data: public.c.b becomes NOT NULL: rows without a value stop the migration

create table public.n (id int primary key, a int constraint named not null, v int generated always as (a + 1) virtual check (v > 0));

alter table public.t alter column b drop not null;

alter table public.t add constraint t_a_not_null NOT NULL a NO INHERIT;

alter table public.c add constraint c_b_not_null check (b is not null) not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.c validate constraint c_b_not_null;

alter table public.c alter column b set not null;

alter table public.c drop constraint c_b_not_null;
