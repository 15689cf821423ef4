create table public.t (id serial primary key, x text);
create table public.c (t int references public.t);
