-- change.sql

-- Written by kitdb generate: ~1 column. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.t.full_name, with its values
-- rewrites-table: every row of public.t is written anew

alter table public.t drop column full_name;

alter table public.t add column full_name text generated always as ((first || ' '::text) || last) stored;
