-- flags: --rename none --allow-destructive

create table public.m (id int not null, k text, d date not null) partition by hash (k);
create table public.m_a partition of public.m for values with (modulus 1, remainder 0) partition by range (d);
create table public.m_a_1 partition of public.m_a default;
create index m_id on public.m (id);
create index only_leaf on public.m_a_1 (d);
comment on table public.m_a_1 is 'leaf';
create table public.m_rest (id int);
