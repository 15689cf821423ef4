create table public.t (id int primary key, a text);
create table public.x (id int primary key);
