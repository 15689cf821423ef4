-- change.sql

-- Written by kitdb generate: +1 constraint, -1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t add constraint t_a unique using index t_a;
