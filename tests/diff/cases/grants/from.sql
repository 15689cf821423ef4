create table public.t (id int primary key, a text, b text);
grant select on public.t to anon;
grant insert, update on public.t to authenticated;
create sequence public.s;
create function public.f() returns int language sql as $$ select 1 $$;
create schema app;
grant usage on schema app to anon;
create type public.e as enum ('a');
