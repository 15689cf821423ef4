create table public.p (id int primary key, a int, b int, constraint p_ab unique (a, b), constraint p_b unique (b));
create table public.c (id int primary key, p int constraint c_p references public.p (id), b int constraint c_b references public.p (b) on delete cascade);
