-- change.sql

-- Written by kitdb generate: +2 constraints, -1 constraint, ~2 constraints.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint fk of public.t: rows that break it stop the migration
-- may-fail-on-data: constraint t_a_b_key is unique: duplicates stop the migration
-- may-fail-on-data: constraint t_a_check of public.t: rows that break it stop the migration
-- may-fail-on-data: constraint t_a_excl of public.t: rows that break it stop the migration

alter table public.t drop constraint fk;

alter table public.t drop constraint named;

alter table public.t drop constraint t_a_check;

alter table public.t add constraint fk FOREIGN KEY (p_id) REFERENCES public.p(id) ON DELETE CASCADE not valid;

alter table public.t add constraint t_a_check CHECK ((a >= 0)) not valid;

alter table public.t add constraint t_a_excl EXCLUDE USING btree (a WITH =);

comment on constraint fk on public.t is 'to p';

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create unique index concurrently t_a_b_key on public.t using btree (a, b);

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint fk;

alter table public.t add constraint t_a_b_key unique using index t_a_b_key;

alter table public.t validate constraint t_a_check;
