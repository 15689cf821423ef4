create function public.f(n int) returns table (id int, name text) language sql stable as $$ select n, 'x' $$;
create view public.v as select id from public.f(1);
create materialized view public.m as select count(*) as n from public.v;
create view public.w as select f.name from public.m, public.f(2) f;
comment on function public.f(int) is 'f';
