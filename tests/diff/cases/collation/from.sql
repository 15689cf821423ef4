create table public.t (id int primary key, a text, b text collate "C");
create index t_a on public.t (a);
