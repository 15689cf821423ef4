create function public.new() returns text language sql as $$ select 'b' $$;
create table public.t (id int primary key, code text default public.new(), more text default public.new());
