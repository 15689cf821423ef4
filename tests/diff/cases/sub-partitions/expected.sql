-- change.sql

-- Written by kitdb generate: +4 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create table public.m (d date not null, k int not null, primary key (d, k)) partition by range (d);

create table public.m1 partition of public.m for values from ('2024-01-01') to ('2025-01-01') partition by hash (k);

create table public.m1a partition of public.m1 for values with (modulus 2, remainder 0);

create table public.m1b partition of public.m1 for values with (modulus 2, remainder 1);

create index m_k on public.m (k);
