-- flags: --allow-destructive
create table public.t (id int primary key, a text);
create view public.x as select id from public.t;
