create type public.st as enum ('a');
create domain public.code as text check (value <> '');
create table public.t (id int primary key, c public.code);
