create table public.t (id int generated always as identity primary key);
create table public.u (id int primary key references public.t (id));
