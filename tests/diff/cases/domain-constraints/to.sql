create domain public.d as int default 5 constraint low check (value > 1) constraint high check (value < 1000);
alter domain public.d add constraint later check (value <> 7) not valid;
create table public.t (id int primary key, d public.d);
