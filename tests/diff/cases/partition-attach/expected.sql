-- change.sql

-- Written by kitdb generate: ~1 table, ~2 columns, ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: partition constraint of relation "m_2024" is violated by some row (SQLSTATE 23514) (seen with rows that were put in)
-- may-fail-on-data: public.m_2024 becomes a partition: rows outside of it stop the migration

alter table public.m attach partition public.m_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
