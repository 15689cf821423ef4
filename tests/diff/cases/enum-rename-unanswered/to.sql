-- fails: label public.kind.'b' is gone and label public.kind.'c' is new
create type public.kind as enum ('a', 'c');
create table public.t (id int primary key, kind public.kind);
