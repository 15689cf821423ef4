create type public.s as enum ('x','b','d');
create table public.t (id int, s public.s not null default 'b', hist public.s[]);
create index ts on public.t (s) where s <> 'd';
