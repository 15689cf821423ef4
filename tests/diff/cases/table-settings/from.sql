create table public.t (id int primary key, a text, b text) with (fillfactor = 70);
create table public.u (id int primary key);
