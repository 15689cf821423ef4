create table public.a (id int primary key, x text);
create type public.e as enum ('a');
create function public.f(i int) returns int language sql as $$ select i $$;
