create table public.t (id int primary key, a text, b text, c text);
grant select (id, a), update (b) on public.t to anon;
grant all on public.t to authenticated;
grant select on public.t to service_role with grant option;
