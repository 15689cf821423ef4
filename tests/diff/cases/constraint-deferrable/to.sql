create table public.p (id int primary key);
create table public.t (id int, constraint fk foreign key (id) references public.p (id) deferrable initially deferred, constraint k unique (id) deferrable);
