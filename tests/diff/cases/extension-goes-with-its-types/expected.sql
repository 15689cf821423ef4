-- change.sql

-- Written by kitdb generate: -1 extension, ~1 column, ~1 default, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_a_key of public.t: rows that break it stop the migration

drop view public.v;

drop index public.t_low;

alter table public.t drop constraint t_a_key;

alter table public.t alter column a drop default;

alter table public.t alter column a type text;

alter table public.t alter column a set default 'x'::text;

alter table public.t add constraint t_a_key UNIQUE (a);

create index t_low on public.t (lower(a));

create view public.v as select a from public.t;

drop extension citext;
