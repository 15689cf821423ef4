-- change.sql

-- Written by kitdb generate: ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.docs is written anew

alter table public.docs drop column fts;

alter table public.docs add column fts tsvector generated always as (to_tsvector('simple'::regconfig, COALESCE(body, ''::text))) stored;

create index docs_fts on public.docs using gin (fts);
