create table public.m (d date not null, n int, primary key (d)) partition by range (d);
create table public.m_2024 partition of public.m for values from ('2024-01-01') to ('2025-01-01');
create table public.m_2025 partition of public.m for values from ('2025-01-01') to ('2026-01-01');
create index m_n2 on public.m (n, d);
create index only_one on public.m_2024 (n desc);
