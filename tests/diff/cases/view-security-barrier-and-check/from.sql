create table public.a (id int primary key, ok boolean);
create view public.va as select id, ok from public.a where ok;
