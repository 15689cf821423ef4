-- servers: 18
create table public.t (id int primary key, a int, b int generated always as (a * 4) virtual, c int);
