-- servers: 18
create table public.t (id int primary key, a int not null no inherit, b int);
create table public.c () inherits (public.t);
alter table public.c add constraint b_there not null b;
create table public.n (id int primary key, a int constraint named not null, v int generated always as (a + 1) virtual check (v > 0));
