create type public.place as (
  -- kitdb: renamed from street
  road text,
  "no" int
);
create table public.t (id int primary key, at public.place);
create view public.v as select (at).road as street from public.t;
