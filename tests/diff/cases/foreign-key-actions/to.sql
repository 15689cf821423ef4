create table public.a (id int primary key, x int, y int, unique (x, y));
create table public.b (id int primary key, a_id int references public.a (id) on delete cascade on update restrict, x int, y int, foreign key (x, y) references public.a (x, y) match full on delete set null);
create table public.c (id int primary key, x int, y int, foreign key (x, y) references public.a (x, y) on delete set null (y) deferrable initially deferred);
