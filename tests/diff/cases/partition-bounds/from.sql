create table public.m (d date not null, n int) partition by range (d);
create table public.m_a partition of public.m for values from ('2024-01-01') to ('2025-01-01');
create table public.m_b partition of public.m for values from ('2025-01-01') to ('2026-01-01');
create table public.l (k text) partition by list (k);
create table public.l_a partition of public.l for values in ('a');
create table public.l_rest partition of public.l default;
