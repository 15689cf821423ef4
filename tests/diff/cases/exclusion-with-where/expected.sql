-- change.sql

-- Written by kitdb generate: +1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint no_overlap of public.r: rows that break it stop the migration

alter table public.r add constraint no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (live);
