-- change.sql

-- Written by kitdb generate: -1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter view public.v alter column a drop default;

alter view public.n alter column a set default 'y'::text;
