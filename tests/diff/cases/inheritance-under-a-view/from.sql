-- the column of the parent changes under a view of the child
create table public.a (id int, n int check (n > 0));
create table public.c (z int) inherits (public.a);
create index c_n on public.c (n);
create view public.v as select n from public.c;
