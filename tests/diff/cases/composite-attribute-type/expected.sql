-- change.sql

-- Written by kitdb generate: ~1 type, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.at: values that do not fit the new public.place stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.v;

drop function public.f(public.place);

alter type public.place rename to place__old;

create type public.place as (street text, "no" bigint, town text);

alter table public.t alter column at type public.place using case when at is not distinct from null then null else row((at).street, (at).no::bigint, null)::public.place end;

create function public.f(p public.place) returns text language sql immutable as $$ select p.street $$;

create view public.v as select (at).street from public.t;

drop type public.place__old;
