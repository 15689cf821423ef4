-- change.sql

-- Written by kitdb generate: ~3 columns. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: public.t.at becomes timestamp(0) with time zone, without all but 0 digits behind the point
-- deletes-data: public.t.took becomes interval(0), without all but 0 digits behind the point
-- may-fail-on-data: public.t.at becomes timestamp(0) with time zone: values that are none stop the migration
-- may-fail-on-data: public.t.price becomes numeric(12,2): values that are none stop the migration
-- may-fail-on-data: public.t.took becomes interval(0): values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

alter table public.t alter column at type timestamp(0) with time zone;

alter table public.t alter column price type numeric(12,2);

alter table public.t alter column took type interval(0);
