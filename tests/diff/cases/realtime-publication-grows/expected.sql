-- change.sql

-- Written by kitdb generate: +1 publication table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter publication live add table public.b (id);
