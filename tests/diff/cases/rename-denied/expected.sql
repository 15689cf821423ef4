-- change.sql

-- Written by kitdb generate: +1 column, -1 column. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.kits.name, with its values

alter table public.kits add column title text;

alter table public.kits drop column name;
