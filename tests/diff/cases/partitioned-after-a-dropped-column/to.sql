create table public.m (id int not null, d date not null) partition by range (d);
create table public.m_a partition of public.m for values from ('2024-01-01') to ('2025-01-01');
create table public.m_b (d date not null, id int not null);
alter table public.m attach partition public.m_b for values from ('2025-01-01') to ('2026-01-01');
create index m_id on public.m (id);
