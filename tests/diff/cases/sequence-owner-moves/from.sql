create table public.a (id int);
create table public.b (id int);
create sequence public.s owned by public.a.id;
