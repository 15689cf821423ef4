create table public.t (id int primary key);
create function public.f() returns int language sql as $$ select 1 $$;
grant service_role to postgres;
grant create on schema public to service_role;
