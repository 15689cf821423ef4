create table public.t (id int primary key, a int);
alter table public.t add constraint c check (a > 0) not valid;
