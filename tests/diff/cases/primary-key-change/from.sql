create table public.t (id int primary key, other int not null);
create table public.u (id int primary key, t_id int references public.t (id));
