create table public.t (id int primary key, old text);
