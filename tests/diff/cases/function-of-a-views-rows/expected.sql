-- change.sql

-- Written by kitdb generate: +1 column, ~1 column, ~1 view, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop function public.f();

drop function public.g(public.v);

drop view public.v;

alter table public.t add column b text;

alter table public.t alter column a type bigint;

create view public.v as select b, id, a from public.t;

create function public.f() returns setof public.v language sql stable as $$ select * from public.v $$;

create function public.g(r public.v) returns int language sql stable as $$ select r.a::int $$;
