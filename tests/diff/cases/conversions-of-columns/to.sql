create table public.t (id int primary key, a timestamptz, b jsonb, c int, d int, e jsonb, f varchar(10), g boolean, h int[], i timestamptz, j text, k int default 5);
create index t_b on public.t using gin (b);
