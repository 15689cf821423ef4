-- change.sql

-- Written by kitdb generate: +8 functions.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create function public.at(s float8[], f float8, v float8) returns float8 language sql immutable as $$ select s[1] * f $$;

create function public.done(s float8[]) returns float8 language sql immutable as $$ select s[1] $$;

create function public.grow(s float8[], v float8, w float8) returns float8[] language sql immutable as $$ select s || v * w $$;

create function public.keep(s float8[], v float8) returns float8[] language sql immutable as $$ select s || v $$;

CREATE AGGREGATE public.pct(double precision ORDER BY double precision) (SFUNC = public.keep, STYPE = double precision[], FINALFUNC = public.at, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE, PARALLEL = UNSAFE);

create function public.pick(s anyarray, v anyelement) returns anyarray language sql immutable as $$ select s || v $$;

CREATE AGGREGATE public.first_of(anyelement) (SFUNC = public.pick, STYPE = anyarray, INITCOND = '{}', PARALLEL = UNSAFE);

CREATE AGGREGATE public.weighted(double precision, double precision) (SFUNC = public.grow, STYPE = double precision[], FINALFUNC = public.done, FINALFUNC_MODIFY = READ_ONLY, INITCOND = '{}', PARALLEL = SAFE);
