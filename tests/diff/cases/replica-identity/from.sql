create table public.a (id int primary key, n int not null);
create table public.b (id int primary key);
