create table public.t (id int primary key);
create function public.f() returns int language sql as $$ select 1 $$;
grant select on public.t to public;
