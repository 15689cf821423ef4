-- flags: --allow-destructive
create table public.t (id int primary key, b text);
create view public.v as select id from public.t;
