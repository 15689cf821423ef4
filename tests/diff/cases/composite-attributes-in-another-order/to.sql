-- flags: --allow-destructive

create type public.c as (b text, a text);
create table public.t (id int primary key, c public.c, n public.c not null);
