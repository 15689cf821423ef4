create table public.t (id int primary key, a int, b int);
create table public.one (id int primary key, x text, n serial);
create table public.two (id int primary key, y int, n serial);
create view public.v as select a, x from public.t join public.one using (id);
