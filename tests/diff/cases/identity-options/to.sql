create table public.t (id int generated always as identity (start with 10 increment by 5 maxvalue 1000 cycle) primary key);
