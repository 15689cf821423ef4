create table public.p (id int, a text);
create table public.c (extra int) inherits (public.p);
create table public.d (id int, a text);
