-- change.sql

-- Written by kitdb generate: +1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint c of public.t: rows that break it stop the migration

alter table public.t add constraint c CHECK ((a > 0)) NOT ENFORCED;
