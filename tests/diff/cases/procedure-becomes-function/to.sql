create function public.p(a int) returns int language sql as $$ select a $$;
create procedure public.f() language sql as $$ select 1 $$;
