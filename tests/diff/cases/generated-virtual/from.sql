create table public.t (id int primary key, a int, b int generated always as (a * 2) virtual, c int generated always as (a * 3) virtual);
