create table public.a (id int primary key, n int not null);
create unique index a_n on public.a (n);
alter table public.a replica identity using index a_n;
create table public.b (id int primary key);
alter table public.b replica identity nothing;
