create table public.t (id int generated always as identity (start with 10 increment by 2) primary key);
