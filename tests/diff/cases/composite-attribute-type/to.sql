create type public.place as (street text, "no" bigint, town text);
create table public.t (id int primary key, at public.place);
create function public.f(p public.place) returns text language sql immutable as $$ select p.street $$;
create view public.v as select (at).street from public.t;
