create table public.a (id int primary key, x int, y int, unique (x, y));
create table public.b (id int primary key, a_id int references public.a (id), x int, y int, foreign key (x, y) references public.a (x, y));
