-- change.sql

-- Written by kitdb generate: 1 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t rename column "Name" to name;
