create table public.t (id int primary key, a text, b text);
create view public.v with (security_invoker = true) as select id from public.t;
create view public.w as select id from public.v;
grant select on public.v to anon;
