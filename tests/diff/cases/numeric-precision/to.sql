create table public.t (id int primary key, a numeric(12,4), b varchar(20), c timestamp);
create view public.v as select a from public.t;
