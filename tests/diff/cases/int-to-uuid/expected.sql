-- change.sql

-- Written by kitdb generate: ~1 column. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.t.ref, with its values

alter table public.t drop column ref;

alter table public.t add column ref uuid;
