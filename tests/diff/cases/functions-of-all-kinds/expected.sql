-- change.sql

-- Written by kitdb generate: +1 procedure, -1 procedure, ~5 functions.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: procedure public.e(integer) is dropped

drop function public.a(integer);

drop function public.b(integer,text[]);

drop function public.c();

drop function public.d();

drop aggregate public.f(integer);

create function public.a(x int) returns bigint language sql immutable strict parallel safe cost 5 as $$ select x $$;

grant execute on function public.a(integer) to anon;

create function public.b(x int, variadic z text[]) returns setof text language sql rows 7 as $$ select unnest(z) $$;

create function public.c(out x int, out y text, out z date) returns setof record language sql as $$ select 1, 'a', null::date $$;

create function public.d() returns table (x int, z text) language sql parallel restricted as $$ select 1, 'a' $$;

CREATE AGGREGATE public.f(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1', PARALLEL = SAFE);

create procedure public.e(inout x bigint) language plpgsql security definer as $$ begin x := 1; end $$;

drop procedure public.e(integer);
