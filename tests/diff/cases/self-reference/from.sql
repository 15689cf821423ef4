create table public.t (id int primary key, parent int);
