create function public.f(a int, b int default 2) returns int language sql as $$ select a + b $$;
create function public.f(a text) returns varchar language sql as $$ select a $$;
create function public.f(a int[], out x int, out y text) language sql as $$ select a[1], 'y' $$;
create table public.t (id int primary key default public.f(1, 2), a text default public.f('x'::text));
