create domain public.d as int constraint low check (value > 0) constraint gone check (value < 100);
create table public.t (id int primary key, d public.d);
