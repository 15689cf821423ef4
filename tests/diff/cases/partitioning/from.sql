create table public.m (id int primary key, d date not null);
create index m_d on public.m (d);
