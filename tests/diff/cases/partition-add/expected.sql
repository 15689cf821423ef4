-- change.sql

-- Written by kitdb generate: +1 column, +1 index, +2 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.m add column extra text;

create table public.m_2024 partition of public.m for values from ('2024-01-01') to ('2025-01-01');

create table public.m_rest partition of public.m default;

create index m_extra on public.m (extra);
