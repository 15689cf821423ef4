-- change.sql

-- Written by kitdb generate: ~1 materialized view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop view public.over;

drop materialized view public.m;

create materialized view public.m as select id, a from public.t with data;

comment on materialized view public.m is 'kept';

grant select on public.m to anon;

create unique index m_id on public.m (id);

create view public.over as select id from public.m;
