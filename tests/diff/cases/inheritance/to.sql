create table public.p (id int, a text, b date);
create table public.c (id int, a text, extra int);
create table public.d (id int, a text, b date) inherits (public.p);
