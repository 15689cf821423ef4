-- flags: --allow-destructive
create type public.pair as (b text, c date);
create type public.other as (x bigint, y text);
create table public.t (id int primary key, p public.pair);
