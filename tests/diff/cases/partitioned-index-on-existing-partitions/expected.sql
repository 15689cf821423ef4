-- change.sql

-- Written by kitdb generate: +1 constraint, +2 indexes, -1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint m_pkey of public.m: rows that break it stop the migration

drop index public.m_n;

alter table public.m add constraint m_pkey PRIMARY KEY (d);

create index m_n2 on public.m (n, d);

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently only_one on public.m_2024 (n desc);
