-- change.sql

-- Written by kitdb generate: ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop index public.n;

create index n on public.b (n);
