-- change.sql

-- Written by kitdb generate: +1 constraint, -1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_a of public.t: rows that break it stop the migration

drop index public.t_a;

alter table public.t add constraint t_a UNIQUE (a);
