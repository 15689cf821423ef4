create table public.t (id int primary key, a int, b int not null);
create table public.c () inherits (public.t);
