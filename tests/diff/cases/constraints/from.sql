create table public.p (id int primary key, u int unique);
create table public.t (id int primary key, a int, b int, p_id int, check (a > 0), constraint named check (b > 0), constraint fk foreign key (p_id) references public.p (id));
