-- change.sql

-- Written by kitdb generate: 3 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t rename constraint old to new;

alter table public.t rename constraint t_pkey to pk;

alter index public.old_b rename to new_b;
