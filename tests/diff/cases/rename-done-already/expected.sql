-- change.sql

-- Written by kitdb generate: +1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.songs add column more integer;
