create function public.a(x int) returns int language sql as $$ select x $$;
create function public.b(x int, variadic y text[]) returns setof text language sql as $$ select unnest(y) $$;
create function public.c(out x int, out y text) returns setof record language sql as $$ select 1, 'a' $$;
create function public.d() returns table (x int, y text) language sql as $$ select 1, 'a' $$;
create procedure public.e(inout x int) language plpgsql as $$ begin x := 1; end $$;
create aggregate public.f(int) (sfunc = int4pl, stype = int, initcond = '0');
grant execute on function public.a(int) to anon;
