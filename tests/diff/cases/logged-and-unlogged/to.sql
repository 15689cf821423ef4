create table public.t (id int generated always as identity primary key, a text);
create unlogged table public.u (id int primary key);
