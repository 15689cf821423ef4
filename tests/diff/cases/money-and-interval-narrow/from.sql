create table public.t (id int primary key, price money, took interval, at timestamptz);
