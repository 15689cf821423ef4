create table public.a (id int primary key, n int);
create table public.b (id int primary key, n int);
create index n on public.b (n);
