create table public.m (gone text, id int not null, d date not null) partition by range (d);
alter table public.m drop column gone;
create table public.m_a partition of public.m for values from ('2024-01-01') to ('2025-01-01');
