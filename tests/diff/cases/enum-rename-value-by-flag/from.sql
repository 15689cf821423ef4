create type public.kind as enum ('a', 'b');
create table public.t (id int primary key, kind public.kind);
