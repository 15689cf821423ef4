create table public.t (id int primary key, n float8);
