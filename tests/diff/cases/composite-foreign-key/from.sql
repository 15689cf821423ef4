create table public.p (a int, b int, primary key (a, b));
create table public.t (id int primary key, a int, b int);
