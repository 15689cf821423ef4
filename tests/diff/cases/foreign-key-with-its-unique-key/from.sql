create table public.p (id int primary key, code text);
create table public.t (id int primary key, code text);
