-- change.sql

-- Written by kitdb generate: +1 materialized view, ~2 materialized views.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop materialized view public.again;

create materialized view public.again as select id, a, 1 as one from public.t;

alter materialized view public.again alter column a set statistics 50;

create materialized view public.new as select id, a from public.t;

alter materialized view public.new alter column a set statistics 60;

alter materialized view public.m alter column a set storage external;

alter materialized view public.m alter column a set (n_distinct = 5);

alter materialized view public.m alter column "B b" set statistics 77;
