create table public.base (id int primary key, v int);
create materialized view public.m1 as select id, v from public.base;
create materialized view public.m2 as select sum(v) as total from public.m1 with no data;
create view public.over as select total from public.m2;
create unique index m1_id on public.m1 (id);
alter materialized view public.m1 set (fillfactor = 80);
grant select on public.m2 to anon;
