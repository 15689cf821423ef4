-- change.sql

-- Written by kitdb generate: +1 function, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop aggregate public.total(integer);

CREATE AGGREGATE public.many(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0', PARALLEL = UNSAFE);

CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1', PARALLEL = UNSAFE);
