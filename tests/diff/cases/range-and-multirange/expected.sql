-- change.sql

-- Written by kitdb generate: +1 column, ~1 type, ~2 columns, ~1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.during becomes datemultirange: values that are none stop the migration
-- may-fail-on-data: public.t.r: values that the new public.span lacks stop the migration
-- rewrites-table: every row of public.t is written anew

drop index public.t_r;

alter table public.t alter column during drop default;

alter table public.t alter column r type text;

drop type public.span;

create type public.span as range (subtype = double precision, subtype_opclass = pg_catalog.float8_ops, multirange_type_name = public.spans);

alter table public.t add column m public.spans;

alter table public.t alter column during type datemultirange using during::datemultirange;

alter table public.t alter column r type public.span using r::text::public.span;

alter table public.t alter column during set default '{[2024-01-01,2024-02-01)}'::datemultirange;

create index t_r on public.t using gist (r);
