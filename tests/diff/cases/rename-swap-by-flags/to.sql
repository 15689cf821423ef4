-- flags: --rename public.t.a=b --rename public.t.b=a --rename one=two --rename two=one
create table public.t (id int primary key, b int, a int);
create table public.two (id int primary key, x text, n serial);
create table public.one (id int primary key, y int, n serial);
create view public.v as select b as a, x from public.t join public.two using (id);
