-- change.sql

-- Written by kitdb generate: ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: invalid input syntax for type integer: "a" (SQLSTATE 22P02) (seen with rows that were put in)
-- may-fail-on-data: public.t.b becomes integer: values that are none stop the migration

alter table public.t alter column a type text;

alter table public.t alter column b type integer using b::integer;
