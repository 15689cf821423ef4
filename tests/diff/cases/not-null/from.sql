create table public.t (id int primary key, a int, b int not null, c text);
