create table public.p (a int, constraint pos check (a > 0) no inherit);
create table public.c () inherits (public.p);
