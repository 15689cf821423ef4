create table public.t (id int primary key, n float8);
create function public.grow(s float8[], v float8, w float8) returns float8[] language sql immutable as $$ select s || v * w $$;
create function public.done(s float8[]) returns float8 language sql immutable as $$ select s[1] $$;
create aggregate public.weighted (float8, float8) (sfunc = public.grow, stype = float8[], finalfunc = public.done, initcond = '{}', parallel = safe);
create function public.pick(s anyarray, v anyelement) returns anyarray language sql immutable as $$ select s || v $$;
create aggregate public.first_of (anyelement) (sfunc = public.pick, stype = anyarray, initcond = '{}');
create function public.keep(s float8[], v float8) returns float8[] language sql immutable as $$ select s || v $$;
create function public.at(s float8[], f float8, v float8) returns float8 language sql immutable as $$ select s[1] * f $$;
create aggregate public.pct (float8 order by float8) (sfunc = public.keep, stype = float8[], finalfunc = public.at, finalfunc_extra);
