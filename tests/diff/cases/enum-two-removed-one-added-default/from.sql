create type public.s as enum ('a','b','c','d');
create table public.t (id int, s public.s not null default 'a', hist public.s[]);
create index ts on public.t (s) where s <> 'b';
