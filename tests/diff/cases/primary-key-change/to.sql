create table public.t (id int not null unique, other int primary key);
create table public.u (id int primary key, t_id int references public.t (id));
