create function public.f(a int, b int default 2) returns int language sql as $$ select a + b $$;
create function public.g() returns table (x int) language sql as $$ select 1 $$;
create procedure public.p(a int) language plpgsql as $$ begin end $$;
