create procedure public.p(a int) language sql as $$ select a $$;
create function public.f() returns int language sql as $$ select 1 $$;
