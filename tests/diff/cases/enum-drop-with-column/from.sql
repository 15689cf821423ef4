create type public.st as enum ('a', 'b');
create table public.t (id int primary key, st public.st);
