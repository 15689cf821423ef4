create table public.t (id int primary key);
create sequence public.s;
grant select, update on public.t to authenticated with grant option;
grant usage on sequence public.s to anon with grant option;
