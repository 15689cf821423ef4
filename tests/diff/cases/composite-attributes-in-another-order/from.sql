create type public.c as (a text, b text, gone int);
create table public.t (id int primary key, c public.c, n public.c not null);
