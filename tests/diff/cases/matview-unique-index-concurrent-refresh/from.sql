create table public.s (k int primary key, v int);
create materialized view public.m as select k, v from public.s;
