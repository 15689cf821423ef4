-- change.sql

-- Written by kitdb generate: +1 function, -1 function, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.step(integer,integer) is dropped

drop view public.v;

drop aggregate public.total(integer);

drop function public.step(integer,integer);

create function public.step(s bigint, v int) returns bigint language sql immutable as $$ select s + v $$;

CREATE AGGREGATE public.total(integer) (SFUNC = public.step, STYPE = bigint, INITCOND = '0', PARALLEL = UNSAFE);

comment on aggregate public.total(integer) is 'sums';

grant execute on function public.total(integer) to anon;

create view public.v as select public.total(n) as n from public.t;
