create table public.a (id int primary key, x int, y int, unique (x, y));
create table public.b (id int primary key, a int references public.a, x int, y int, constraint xy foreign key (x, y) references public.a (x, y) match full);
create table public.c (id int primary key, b int references public.b on delete restrict, self int references public.c);
