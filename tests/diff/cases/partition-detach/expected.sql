-- change.sql

-- Written by kitdb generate: ~1 table, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.m detach partition public.m_2024;
