-- flags: --rename public.kind.a=z
create type public.kind as enum ('z', 'b', 'c');
create table public.t (id int primary key, kind public.kind);
