create table public.t (id int primary key, a int, b int);
create unique index t_a on public.t (a);
create table public.u (id int primary key, b int, constraint u_b unique (b));
