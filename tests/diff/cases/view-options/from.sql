create table public.t (id int primary key, a text);
create view public.v as select id from public.t;
create view public.w with (security_invoker = true, security_barrier = true) as select id from public.t;
create view public.c as select id from public.t where id > 1 with local check option;
