create table public.m (d date not null, n int, primary key (d, n)) partition by range (d);
create table public.m_2024 (d date not null, n int not null, primary key (d, n));
