-- change.sql

-- Written by kitdb generate: ~11 columns, ~2 defaults.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: invalid input syntax for type uuid: "{"a": 1}" (SQLSTATE 22P02) (seen with rows that were put in)
-- may-fail-on-data: public.things.doc becomes jsonb: values that are none stop the migration
-- may-fail-on-data: public.things.key becomes uuid: values that are none stop the migration
-- may-fail-on-data: public.things.label becomes text[]: values that are none stop the migration
-- may-fail-on-data: public.things.n becomes bigint: values that are none stop the migration
-- may-fail-on-data: public.things.span becomes int8range: values that are none stop the migration

drop policy own on public.things;

drop view public.tagged;

alter table public.things alter column flag drop default;

alter table public.things alter column n drop default;

alter table public.things alter column tags drop default;

set local timezone = 'UTC';

alter table public.things alter column at type timestamp without time zone;

alter table public.things alter column day type timestamp with time zone using day::timestamp at time zone 'UTC';

alter table public.things alter column doc type jsonb;

alter table public.things alter column flag type smallint using flag::integer::smallint;

alter table public.things alter column key type uuid using (key #>> '{}')::uuid;

alter table public.things alter column label type text[] using case when label is null then null when label like '{%}' then label::text[] else array[label]::text[] end;

alter table public.things alter column moods type text[];

alter table public.things alter column n type bigint using trim_scale(n)::text::bigint;

alter table public.things alter column size type jsonb using to_jsonb(size);

alter table public.things alter column span type int8range using span::text::int8range;

alter table public.things alter column tags type jsonb using to_jsonb(tags);

alter table public.things alter column flag set default 1;

alter table public.things alter column n set default 0;

alter table public.things alter column tags set default '[]'::jsonb;

create policy own on public.things using (tags is not null);

create view public.tagged as select id, tags from public.things;
