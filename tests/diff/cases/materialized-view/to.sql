create table public.t (id int primary key, a text);
create materialized view public.m as select id, a from public.t with data;
create unique index m_id on public.m (id);
create view public.over as select id from public.m;
comment on materialized view public.m is 'kept';
grant select on public.m to anon;
