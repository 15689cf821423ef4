create function public.f(z int, b int) returns int language sql as $$ select z + b $$;
create function public.g() returns table (x int, y int) language sql as $$ select 1, 2 $$;
create procedure public.p(a int, b text) language plpgsql as $$ begin end $$;
