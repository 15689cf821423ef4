create table public.m (d date not null, n int, primary key (d, n), extra text) partition by range (d);
create index m_n on public.m (n);
create index m_extra on public.m (extra);
create table public.m_2024 partition of public.m for values from ('2024-01-01') to ('2025-01-01');
create table public.m_rest partition of public.m default;
