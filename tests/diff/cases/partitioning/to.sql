create table public.m (id int, d date not null, primary key (id, d)) partition by range (d);
create table public.m_all partition of public.m default;
create index m_d on public.m (d);
