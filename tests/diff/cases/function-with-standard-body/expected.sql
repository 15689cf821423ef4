-- change.sql

-- Written by kitdb generate: ~1 column, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop view public.v;

drop function public.f();

alter table public.t alter column n type numeric;

create function public.f() returns bigint language sql stable begin atomic select count(*) from public.t where n > 1; end;

create view public.v as select public.f() as many;
