create table public.t (id int primary key, code text default 'x');
create function public.old() returns text language sql as $$ select 'a' $$;
alter table public.t alter column code set default public.old();
