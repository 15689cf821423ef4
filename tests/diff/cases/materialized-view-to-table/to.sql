create table public.t (id int primary key);
create table public.m (id int);
