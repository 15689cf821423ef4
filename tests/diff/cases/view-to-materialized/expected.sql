-- change.sql

-- Written by kitdb generate: +1 view, +1 materialized view, -1 materialized view, -1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: materialized view public.m is dropped
-- breaks-clients: view public.v is dropped

drop view public.v;

drop materialized view public.m;

create view public.m as select id from public.t;

create materialized view public.v as select id from public.t;
