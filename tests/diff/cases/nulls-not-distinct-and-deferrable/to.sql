-- flags: --rename none

create table public.p (id int, a int, b int, constraint p_pkey primary key (id) deferrable, constraint p_ab unique nulls not distinct (a, b), constraint p_b unique (b) include (a) );
create table public.c (id int primary key, p int, b int constraint c_b references public.p (b) on delete set null on update cascade deferrable initially deferred);
