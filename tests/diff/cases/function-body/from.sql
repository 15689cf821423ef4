create function public.f(a int) returns int language sql stable as $$ select a $$;
grant execute on function public.f(int) to anon;
revoke execute on function public.f(int) from public;
