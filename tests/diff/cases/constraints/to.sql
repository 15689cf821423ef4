create table public.p (id int primary key, u int unique);
create table public.t (id int primary key, a int, b int, p_id int, constraint t_a_check check (a >= 0), constraint fk foreign key (p_id) references public.p (id) on delete cascade, unique (a, b), exclude using btree (a with =));
comment on constraint fk on public.t is 'to p';
