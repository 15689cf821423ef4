create table public.t (id int primary key, ref int);
