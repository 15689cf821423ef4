-- change.sql

-- Written by kitdb generate: +1 index, +1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.m_b becomes a partition: rows outside of it stop the migration

create index m_id on public.m (id);

create table public.m_b (d date not null, id int not null);

alter table public.m attach partition public.m_b FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
