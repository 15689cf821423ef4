-- change.sql

-- Written by kitdb generate: ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t disable row level security;

alter table public.t no force row level security;
