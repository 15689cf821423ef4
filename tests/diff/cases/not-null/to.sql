create table public.t (id int primary key, a int not null, b int, c text not null default 'x');
