-- change.sql

-- Written by kitdb generate: ~3 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.a becomes numeric(12,4): values that are none stop the migration
-- may-fail-on-data: public.t.c becomes timestamp without time zone: values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.v;

alter table public.t alter column a type numeric(12,4);

alter table public.t alter column b type character varying(20);

alter table public.t alter column c type timestamp without time zone;

create view public.v as select a from public.t;
