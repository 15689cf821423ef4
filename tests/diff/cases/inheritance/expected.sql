-- change.sql

-- Written by kitdb generate: +2 columns, ~2 tables, ~4 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.c no inherit public.p;

alter table public.d add column b date;

alter table public.p add column b date;

alter table public.d inherit public.p;
