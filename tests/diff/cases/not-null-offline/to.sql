-- flags: --online never
create table public.t (id int primary key, a int not null check (a > 0));
create index t_a2 on public.t (a, id);
