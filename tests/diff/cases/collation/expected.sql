-- change.sql

-- Written by kitdb generate: ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t alter column a type text collate pg_catalog."C";

alter table public.t alter column b type text;
