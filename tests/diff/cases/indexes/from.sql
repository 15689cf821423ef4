create table public.t (id int primary key, a text, b text);
create index t_a on public.t (a);
create unique index t_b on public.t (b);
create index gone on public.t (a, b);
