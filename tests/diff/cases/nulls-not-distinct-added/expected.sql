-- change.sql

-- Written by kitdb generate: ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_a_b_key of public.t: rows that break it stop the migration

alter table public.t drop constraint t_a_b_key;

alter table public.t add constraint t_a_b_key UNIQUE NULLS NOT DISTINCT (a, b);
