create table public.u (code text unique not null, n int primary key);
create table public.x (u text references public.u (code));
