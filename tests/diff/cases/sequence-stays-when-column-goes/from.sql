create table public.a (id int, n int default 0);
create sequence public.s owned by public.a.id;
