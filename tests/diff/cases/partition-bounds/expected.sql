-- change.sql

-- Written by kitdb generate: ~3 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.l_a becomes a partition: rows outside of it stop the migration
-- may-fail-on-data: public.m_a becomes a partition: rows outside of it stop the migration
-- may-fail-on-data: public.m_b becomes a partition: rows outside of it stop the migration

alter table public.l detach partition public.l_a;

alter table public.l attach partition public.l_a FOR VALUES IN ('a', 'A', NULL);

alter table public.m detach partition public.m_a;

alter table public.m attach partition public.m_a FOR VALUES FROM (MINVALUE) TO ('2025-01-01');

alter table public.m detach partition public.m_b;

alter table public.m attach partition public.m_b FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
