create table public.p (a int, constraint pos check (a > 0));
create table public.c () inherits (public.p);
