create function public.f() returns setof int language sql stable cost 10 rows 5 as $$ select 1 $$;
create function public.g(a int) returns int language sql immutable strict parallel safe as $$ select a $$;
create function public.h() returns int language sql security definer set search_path = '' set work_mem = '4MB' as $$ select 1 $$;
