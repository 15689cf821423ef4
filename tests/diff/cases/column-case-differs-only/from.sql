create table public.t (id int, "Name" text);
