-- change.sql

-- Written by kitdb generate: ~8 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: invalid input syntax for type integer: "a" (SQLSTATE 22P02) (seen with rows that were put in)
-- may-fail-on-data: public.t.a becomes integer: values that are none stop the migration
-- may-fail-on-data: public.t.b becomes uuid: values that are none stop the migration
-- may-fail-on-data: public.t.c becomes jsonb: values that are none stop the migration
-- may-fail-on-data: public.t.e becomes character varying(10): values that are none stop the migration
-- may-fail-on-data: public.t.g becomes character varying[]: values that are none stop the migration

alter table public.t alter column a type integer using a::integer;

alter table public.t alter column b type uuid using b::uuid;

alter table public.t alter column c type jsonb using c::jsonb;

alter table public.t alter column d type text;

alter table public.t alter column e type character varying(10);

alter table public.t alter column f type text;

alter table public.t alter column g type character varying[];

set local timezone = 'UTC';

alter table public.t alter column h type timestamp with time zone;
