create function public.f(a int) returns int language sql as $$ select 3 $$;
create function public.f(a uuid, b text default 'x') returns int language sql as $$ select 4 $$;
comment on function public.f(uuid, text) is 'third';
revoke execute on function public.f(int) from public;
