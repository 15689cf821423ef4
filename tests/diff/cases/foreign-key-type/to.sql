create table public.p (id text primary key);
create table public.t (id int primary key, p_id text references public.p (id));
