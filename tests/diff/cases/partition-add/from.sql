create table public.m (d date not null, n int, primary key (d, n)) partition by range (d);
create index m_n on public.m (n);
