create table public.m (id int not null, d date not null) partition by range (d);
create table public.m_all partition of public.m default;
grant select on public.m to anon;
