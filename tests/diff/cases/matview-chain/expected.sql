-- change.sql

-- Written by kitdb generate: +1 index, ~1 column, ~1 materialized view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.base is written anew

drop view public.over;

drop materialized view public.m2;

drop materialized view public.m1;

alter table public.base alter column v type numeric;

create materialized view public.m1 as select id, v, v * 2 as w from public.base where v > 0;

create unique index m1_id on public.m1 (id);

create index m1_w on public.m1 (w desc nulls last);

create materialized view public.m2 as select sum(v) as total from public.m1 with no data;

grant select on public.m2 to anon;

create view public.over as select total from public.m2;
