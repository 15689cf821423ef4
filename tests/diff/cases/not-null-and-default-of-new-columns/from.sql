create table public.t (id int primary key);
create table public.u (id int primary key, a text, b int default 1 not null, c timestamptz);
