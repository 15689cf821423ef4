-- change.sql

-- Written by kitdb generate: -1 table, -1 view. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: view public.v is dropped
-- deletes-data: table public.b, with its rows

drop view public.v;

drop table public.b;
