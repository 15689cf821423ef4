create table public.s (k int primary key, v int);
create materialized view public.m as select k, v from public.s;
create unique index m_k on public.m (k);
grant select on public.m to authenticated;
