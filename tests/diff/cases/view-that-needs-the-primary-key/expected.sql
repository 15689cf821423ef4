-- change.sql

-- Written by kitdb generate: +1 constraint, +1 view, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_pkey of public.t: rows that break it stop the migration
-- may-fail-on-data: public.t.id becomes NOT NULL: rows without a value stop the migration

alter table public.t alter column id set not null;

alter table public.t add constraint t_pkey PRIMARY KEY (id);

create view public.v as select t.id, t.a, count(u.id) as n from public.t left join public.u on u.t_id = t.id group by t.id;
