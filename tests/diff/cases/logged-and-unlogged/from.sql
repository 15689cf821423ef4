create unlogged table public.t (id int generated always as identity primary key, a text);
create table public.u (id int primary key);
