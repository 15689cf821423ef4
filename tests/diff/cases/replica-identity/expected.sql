-- change.sql

-- Written by kitdb generate: +1 index, ~2 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: index a_n is unique: duplicates stop the migration

create unique index a_n on public.a (n);

alter table public.a replica identity using index a_n;

alter table public.b replica identity nothing;
