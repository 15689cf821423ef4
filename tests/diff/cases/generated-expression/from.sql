create table public.t (id int primary key, a text, b text generated always as (upper(a)) stored);
create index t_b on public.t (b);
