-- change.sql

-- Written by kitdb generate: ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop view public.v4;

drop materialized view public.v3;

drop view public.v2;

drop view public.v1;

alter table public.t alter column a type text;

create view public.v1 as select id, a from public.t;

create view public.v2 as select id, a from public.v1;

create materialized view public.v3 as select a, count(*) as n from public.v2 group by a;

create view public.v4 as select v3.n, v1.id from public.v3 join public.v1 using (a);
