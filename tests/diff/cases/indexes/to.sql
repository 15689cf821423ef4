create table public.t (id int primary key, a text, b text);
create index t_a on public.t (lower(a)) include (b) where b is not null;
create unique index t_b on public.t (b) nulls not distinct;
create index t_gin on public.t using gin (to_tsvector('english', a)) with (fastupdate = off);
comment on index public.t_b is 'unique';
