create domain public.d as text;
create type public.c as (a text);
create table public.t (id int primary key, a text, b text);
create index t_a on public.t (a);
create view public.v as select a from public.t;
