create function public.norm(a text, strict boolean default false) returns text language sql immutable as $$ select lower(a) $$;
create table public.t (id int primary key, a text default public.norm('X') check (public.norm(a) <> ''), b text generated always as (public.norm(a)) stored);
create index t_norm on public.t (public.norm(a));
create unique index t_part on public.t (id) where public.norm(a) = 'x';
create view public.v as select public.norm(a) from public.t;
