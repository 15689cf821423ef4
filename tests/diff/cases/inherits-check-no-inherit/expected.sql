-- change.sql

-- Written by kitdb generate: -1 constraint, ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint pos of public.p: rows that break it stop the migration

alter table public.p drop constraint pos;

alter table public.p add constraint pos CHECK ((a > 0)) NO INHERIT not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.p validate constraint pos;
