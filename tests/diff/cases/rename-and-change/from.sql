create table public.kits (id int primary key, name varchar(10), n int);
create view public.v as select name from public.kits;
