-- change.sql

-- Written by kitdb generate: ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.docs is written anew

alter table public.docs alter column fts set expression as (to_tsvector('simple'::regconfig, COALESCE(body, ''::text)));
