-- servers: 15 18
create table public.t (id int primary key, a text, b text generated always as (lower(a)) stored);
create index t_b on public.t (b);
