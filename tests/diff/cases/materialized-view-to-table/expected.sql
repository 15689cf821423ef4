-- change.sql

-- Written by kitdb generate: +1 table, -1 materialized view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: materialized view public.m is dropped

drop materialized view public.m;

create table public.m (id int);
