create table public.t (id int primary key, a int not null);
create unique index t_a on public.t (a);
