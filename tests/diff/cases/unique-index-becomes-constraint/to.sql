create table public.t (id int primary key, a int not null, constraint t_a unique (a));
