create table public.t (id int primary key, a text collate "C", b text);
create index t_a on public.t (a);
