create table public.t (id int primary key, parent int references public.t (id) on delete set null);
create table public.u (id int primary key, parent int references public.u (id));
