create table public.t (id bigint generated always as identity primary key);
create table public.u (id bigint primary key references public.t (id));
