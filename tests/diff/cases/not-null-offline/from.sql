create table public.t (id int primary key, a int);
create index t_a on public.t (a);
