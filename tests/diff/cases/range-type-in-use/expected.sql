-- change.sql

-- Written by kitdb generate: ~1 type, ~2 columns, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_s_excl of public.t: rows that break it stop the migration
-- may-fail-on-data: public.t.s: values that the new public.span lacks stop the migration
-- may-fail-on-data: public.t.ss: values that the new public.span lacks stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.v;

alter table public.t drop constraint t_s_excl;

alter table public.t alter column s type text;

alter table public.t alter column ss type text[];

drop function public.f(public.span);

drop type public.span;

create type public.span as range (subtype = bigint, subtype_opclass = pg_catalog.int8_ops, multirange_type_name = public.span_multirange);

alter table public.t alter column s type public.span using s::text::public.span;

alter table public.t alter column ss type public.span[] using ss::text[]::public.span[];

alter table public.t add constraint t_s_excl EXCLUDE USING gist (s WITH &&);

create function public.f(s public.span) returns bigint language sql immutable as $$ select lower(s) $$;

create view public.v as select s from public.t;
