create table public.t (id int primary key);
create function public.f() returns int language sql as $$ select 1 $$;
grant service_role to postgres;
grant create on schema public to service_role;
alter table public.t owner to service_role;
alter function public.f() owner to service_role;
create view public.v as select 1 as one;
alter view public.v owner to service_role;
