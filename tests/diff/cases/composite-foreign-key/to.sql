create table public.p (a int, b int, primary key (a, b));
create table public.t (id int primary key, a int, b int, foreign key (a, b) references public.p (a, b) match full on delete set null (b));
