-- change.sql

-- Written by kitdb generate: ~1 materialized view, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop view public.over;

drop materialized view public.mm;

drop materialized view public.m;

alter table public.t alter column a type bigint;

create materialized view public.m as select id, a, b from public.t;

grant select on public.m to anon;

create index "m a" on public.m (a desc) where a > 0;

create unique index m_id on public.m (id);

comment on index public."m a" is 'kept';

create materialized view public.mm as select count(*) as n from public.m;

create view public.over as select * from public.mm;
