create table public.t (id int primary key, a text);
create view public.v as select a, id from public.t;
grant select (id) on public.v to anon;
grant select on public.v to authenticated with grant option;
