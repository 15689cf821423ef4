-- change.sql

-- Written by kitdb generate: -1 sequence, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t alter column id set generated always;

alter table public.t alter column n drop identity;
