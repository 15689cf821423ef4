create table public.t (id int primary key);
create materialized view public.v as select id from public.t;
create view public.m as select id from public.t;
