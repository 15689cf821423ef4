create table public.t (id int primary key, a int constraint old check (a > 0), b int);
create index old_b on public.t (b);
