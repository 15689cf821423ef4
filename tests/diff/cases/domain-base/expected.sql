-- change.sql

-- Written by kitdb generate: ~1 type, ~1 constraint, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.c: values that the new public.code lacks stop the migration
-- may-fail-on-data: public.t.cs: values that the new public.code lacks stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.v;

alter domain public.code drop constraint code_check;

alter domain public.code rename to code__old;

create domain public.code as text;

alter domain public.code add constraint code_check CHECK ((VALUE <> ''::text));

alter table public.t alter column c type public.code using c::character varying(10)::public.code;

alter table public.t alter column cs type public.code[] using cs::character varying(10)[]::public.code[];

create view public.v as select c from public.t;

drop domain public.code__old;
