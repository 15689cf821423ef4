create type public.st as enum ('a', 'b', 'c');
create table public.t (st public.st primary key, n int);
create table public.u (st public.st references public.t (st));
