create table public.t (id int primary key, a text, b text, c text, d int, e varchar(20), f jsonb, g text[], h timestamp);
