create table public.t (id int primary key, a numeric(10,2), b varchar(10), c timestamp(3));
create view public.v as select a from public.t;
