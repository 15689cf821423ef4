-- flags: --rename none --allow-destructive
create table public.t (id int primary key, a text, b varchar(10), "d e" text);
grant select (id, a) on public.t to anon;
grant select (a, b, "d e") on public.t to authenticated;
grant insert (a), references (id) on public.t to authenticated;
