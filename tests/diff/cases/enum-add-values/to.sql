create type public.st as enum ('a', 'b', 'c', 'd', 'e');
create table public.t (id int primary key, st public.st);
