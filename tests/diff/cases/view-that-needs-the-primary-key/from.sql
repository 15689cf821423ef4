create table public.t (id int, a text);
create table public.u (id int primary key, t_id int);
