create function public.f(a int) returns int language sql as $$ select 1 $$;
create function public.f(a text) returns int language sql as $$ select 2 $$;
