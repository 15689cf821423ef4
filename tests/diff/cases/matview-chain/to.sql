-- flags: --rename none

create table public.base (id int primary key, v numeric);
create materialized view public.m1 as select id, v, v * 2 as w from public.base where v > 0;
create materialized view public.m2 as select sum(v) as total from public.m1 with no data;
create view public.over as select total from public.m2;
create unique index m1_id on public.m1 (id);
create index m1_w on public.m1 (w desc nulls last);
grant select on public.m2 to anon;
