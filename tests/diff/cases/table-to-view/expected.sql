-- change.sql

-- Written by kitdb generate: +1 view, -1 table. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: table public.x, with its rows

drop table public.x;

create view public.x as select id from public.t;
