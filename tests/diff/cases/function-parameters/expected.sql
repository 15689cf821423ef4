-- change.sql

-- Written by kitdb generate: +1 procedure, -1 procedure, ~2 functions.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: procedure public.p(integer) is dropped

drop function public.f(integer,integer);

drop function public.g();

create function public.f(z int, b int) returns int language sql as $$ select z + b $$;

create function public.g() returns table (x int, y int) language sql as $$ select 1, 2 $$;

create procedure public.p(a int, b text) language plpgsql as $$ begin end $$;

drop procedure public.p(integer);
