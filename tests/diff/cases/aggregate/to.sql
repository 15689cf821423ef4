create aggregate public.total (int) (sfunc = int4pl, stype = int, initcond = '1');
create aggregate public.many (*) (sfunc = int8inc, stype = bigint, initcond = '0');
