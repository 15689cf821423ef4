-- change.sql

-- Written by kitdb generate: +1 constraint, +1 index, -1 index, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_a_check of public.t: rows that break it stop the migration
-- may-fail-on-data: public.t.a becomes NOT NULL: rows without a value stop the migration

drop index public.t_a;

alter table public.t alter column a set not null;

alter table public.t add constraint t_a_check CHECK ((a > 0));

create index t_a2 on public.t (a, id);
