create table public.t (id int constraint pk primary key, a int constraint new check (a > 0), b int);
create index new_b on public.t (b);
