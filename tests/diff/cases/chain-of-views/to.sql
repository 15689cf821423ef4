create table public.t (id int primary key, a text, b int);
create view public.v1 as select id, a from public.t;
create view public.v2 as select id, a from public.v1;
create materialized view public.v3 as select a, count(*) as n from public.v2 group by a;
create view public.v4 as select v3.n, v1.id from public.v3 join public.v1 using (a);
