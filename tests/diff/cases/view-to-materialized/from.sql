create table public.t (id int primary key);
create view public.v as select id from public.t;
create materialized view public.m as select id from public.t;
