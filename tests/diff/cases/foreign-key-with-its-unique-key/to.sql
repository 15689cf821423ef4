create table public.p (id int primary key, code text unique);
create table public.t (id int primary key, code text references public.p (code) on update cascade deferrable);
