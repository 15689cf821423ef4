create type public.st as enum ('b', 'd');
create table public.t (id int primary key, st public.st);
