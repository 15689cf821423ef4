create table public.a (id int primary key, ok boolean);
create view public.va with (security_barrier, security_invoker = true) as select id, ok from public.a where ok with local check option;
