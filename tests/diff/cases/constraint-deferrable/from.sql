create table public.p (id int primary key);
create table public.t (id int, constraint fk foreign key (id) references public.p (id), constraint k unique (id));
