create type public.place as (street text, "no" int);
create table public.t (id int primary key, at public.place);
create view public.v as select (at).street from public.t;
