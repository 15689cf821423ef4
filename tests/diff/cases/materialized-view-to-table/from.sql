create table public.t (id int primary key);
create materialized view public.m as select id from public.t;
