create table public.t (id int primary key, a int constraint t_a unique, b int);
create table public.u (id int primary key, b int);
create unique index u_b on public.u (b);
