create table public.kits (id int primary key, name text, price int, owner uuid);
