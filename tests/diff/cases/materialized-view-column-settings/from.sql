create table public.t (id int primary key, a text);
create materialized view public.m as select id, a, a || 'x' as "B b" from public.t;
create materialized view public.again as select id, a from public.t;
alter materialized view public.again alter column a set statistics 50;
