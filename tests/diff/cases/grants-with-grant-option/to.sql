create table public.t (id int primary key);
create sequence public.s;
grant select on public.t to authenticated;
grant select, insert on public.t to anon with grant option;
grant usage, select on sequence public.s to anon;
grant all on sequence public.s to service_role;
