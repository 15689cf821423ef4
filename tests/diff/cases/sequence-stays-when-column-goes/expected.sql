-- change.sql

-- Written by kitdb generate: -1 column, ~1 sequence. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.a.id, with its values

alter sequence public.s owned by none;

alter table public.a drop column id;
