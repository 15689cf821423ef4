create table public.t (id int primary key, a text);
create materialized view public.m as select id, a, a || 'x' as "B b" from public.t;
alter materialized view public.m alter column "B b" set statistics 77, alter column a set storage external, alter column a set (n_distinct = 5);
create materialized view public.again as select id, a, 1 as one from public.t;
alter materialized view public.again alter column a set statistics 50;
create materialized view public.new as select id, a from public.t;
alter materialized view public.new alter column a set statistics 60;
