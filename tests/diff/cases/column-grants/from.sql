create table public.t (id int primary key, a text, b text, c text);
grant select on public.t to anon;
grant select (a, b) on public.t to authenticated;
grant update (c) on public.t to authenticated with grant option;
