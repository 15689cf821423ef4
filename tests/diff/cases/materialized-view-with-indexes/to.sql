create table public.t (id int primary key, a bigint, b text);
create materialized view public.m as select id, a, b from public.t;
create unique index m_id on public.m (id);
create index "m a" on public.m (a desc) where a > 0;
create materialized view public.mm as select count(*) as n from public.m;
create view public.over as select * from public.mm;
grant select on public.m to anon;
comment on index public."m a" is 'kept';
