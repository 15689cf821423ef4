create function public.f() returns setof int language sql volatile rows 50 as $$ select 1 $$;
create function public.g(a int) returns int language plpgsql stable parallel restricted as $$ begin return a; end $$;
create function public.h() returns int language sql set search_path = public, pg_temp set statement_timeout to '1s' as $$ select 1 $$;
