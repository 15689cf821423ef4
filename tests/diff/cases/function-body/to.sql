create function public.f(a int) returns int language sql immutable set search_path = '' as $$ select a + 1 $$;
grant execute on function public.f(int) to anon;
revoke execute on function public.f(int) from public;
