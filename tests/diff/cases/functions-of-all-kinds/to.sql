-- flags: --rename none

create function public.a(x int) returns bigint language sql immutable strict parallel safe cost 5 as $$ select x $$;
create function public.b(x int, variadic z text[]) returns setof text language sql rows 7 as $$ select unnest(z) $$;
create function public.c(out x int, out y text, out z date) returns setof record language sql as $$ select 1, 'a', null::date $$;
create function public.d() returns table (x int, z text) language sql parallel restricted as $$ select 1, 'a' $$;
create procedure public.e(inout x bigint) language plpgsql security definer as $$ begin x := 1; end $$;
create aggregate public.f(int) (sfunc = int4pl, stype = int, initcond = '1', parallel = safe);
grant execute on function public.a(int) to anon;
