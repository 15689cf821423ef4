-- servers: 18
create table public.t (id int primary key, a int, constraint c check (a > 0) not enforced);
