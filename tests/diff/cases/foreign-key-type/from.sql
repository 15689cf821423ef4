create table public.p (id int primary key);
create table public.t (id int primary key, p_id int references public.p (id));
