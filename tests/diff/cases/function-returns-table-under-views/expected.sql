-- change.sql

-- Written by kitdb generate: ~2 views, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop view public.w;

drop materialized view public.m;

drop view public.v;

drop function public.f(integer);

create function public.f(n int) returns table (id bigint, name text, more jsonb) language sql stable as $$ select n, 'x', null::jsonb $$;

comment on function public.f(integer) is 'f';

create view public.v as select id from public.f(1);

create materialized view public.m as select count(*) as n from public.v;

create view public.w as select f.name from public.m, public.f(2) f;
