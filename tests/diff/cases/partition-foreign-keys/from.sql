create table public.m (id int not null, d date not null, primary key (id, d)) partition by range (d);
create table public.m_a partition of public.m for values from ('2024-01-01') to ('2025-01-01');
create table public.u (id int primary key);
create table public.r (id int primary key, m_id int, m_d date);
