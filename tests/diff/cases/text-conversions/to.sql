create table public.t (id int primary key, a int, b uuid, c jsonb, d text, e varchar(10), f text, g varchar[], h timestamptz);
