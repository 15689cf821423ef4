create type public.pair as (a int, b text);
create type public.other as (x int);
create table public.t (id int primary key, p public.pair);
