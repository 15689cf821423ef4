-- change.sql

-- Written by kitdb generate: ~1 type.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop type public.span;

create type public.span as range (subtype = float8);
