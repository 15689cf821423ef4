create type public.st as enum ('a', 'b', 'c');
create table public.t (id int primary key, st public.st not null default 'c');
create view public.v as select id from public.t where st = 'c';
