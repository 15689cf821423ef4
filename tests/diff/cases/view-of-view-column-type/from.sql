create table public.t (a int);
create view public.v1 as select a from public.t;
create view public.v2 as select a * 2 as b from public.v1;
grant select on public.v2 to anon;
