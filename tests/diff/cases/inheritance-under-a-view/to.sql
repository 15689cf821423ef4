create table public.a (id int, n bigint check (n > 0));
create table public.c (z int) inherits (public.a);
create index c_n on public.c (n);
create view public.v as select n from public.c;
