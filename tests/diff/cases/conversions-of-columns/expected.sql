-- change.sql

-- Written by kitdb generate: ~11 columns, ~1 default, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: invalid input syntax for type json (SQLSTATE 22P02) (seen with rows that were put in)
-- may-fail-on-data: public.t.b becomes jsonb: values that are none stop the migration
-- may-fail-on-data: public.t.d becomes integer: values that are none stop the migration
-- may-fail-on-data: public.t.e becomes jsonb: values that are none stop the migration
-- may-fail-on-data: public.t.f becomes character varying(10): values that are none stop the migration
-- may-fail-on-data: public.t.g becomes boolean: values that are none stop the migration
-- may-fail-on-data: public.t.h becomes integer[]: values that are none stop the migration
-- may-fail-on-data: public.t.k becomes integer: values that are none stop the migration

drop index public.t_b;

alter table public.t alter column k drop default;

set local timezone = 'UTC';

alter table public.t alter column a type timestamp with time zone;

alter table public.t alter column b type jsonb using b::jsonb;

alter table public.t alter column c type integer using c::integer;

alter table public.t alter column d type integer using trim_scale(d)::text::integer;

alter table public.t alter column e type jsonb;

alter table public.t alter column f type character varying(10);

alter table public.t alter column g type boolean using g::text::boolean;

alter table public.t alter column h type integer[] using h::integer[];

alter table public.t alter column i type timestamp with time zone using i::timestamp at time zone 'UTC';

alter table public.t alter column j type text;

alter table public.t alter column k type integer using k::integer;

alter table public.t alter column k set default 5;

create index t_b on public.t using gin (b);
