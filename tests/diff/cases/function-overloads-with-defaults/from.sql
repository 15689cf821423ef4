create function public.f(a int) returns int language sql as $$ select a $$;
create function public.f(a text) returns text language sql as $$ select a $$;
create function public.f(variadic a int[]) returns int language sql as $$ select a[1] $$;
create table public.t (id int primary key default public.f(1), a text default public.f('x'::text));
