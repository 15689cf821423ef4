create table public.t (id int primary key, a text, b text, unique (a, b));
create index t_a on public.t (a);
create view public.v as select id from public.t;
