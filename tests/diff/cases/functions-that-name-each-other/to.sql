create function public.a() returns int language sql as $$ select public.b() $$;
create table public.t (id int primary key);
create function public.b() returns int language sql as $$ select count(*)::int from public.t $$;
