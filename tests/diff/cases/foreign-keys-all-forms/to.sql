-- flags: --rename none

create table public.a (id int primary key, x int, y int, unique (y, x));
create table public.b (id int primary key, a int references public.a on delete cascade, x int, y int, constraint xy foreign key (y, x) references public.a (y, x) on delete set null (y));
create table public.c (id int primary key, b int, self int references public.c on delete set default deferrable);
alter table public.c add constraint c_b_fkey foreign key (b) references public.b not valid;
