create table public.a (id int, x text not null default '', added date);
create table public.b (id int, y text);
create table public.c (z int) inherits (public.a, public.b);
create table public.d () inherits (public.b);
