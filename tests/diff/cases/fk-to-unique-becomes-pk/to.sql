create table public.u (code text primary key, n int not null);
create table public.x (u text references public.u (code));
