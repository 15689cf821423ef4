-- change.sql

-- Written by kitdb generate: ~1 constraint, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.p.tags: values that the new public.tag lacks stop the migration
-- rewrites-table: every row of public.p is written anew

alter domain public.tag drop constraint tag_check;

alter table public.p alter column tags drop default;

alter domain public.tag rename to tag__old;

create domain public.tag as text;

alter domain public.tag add constraint tag_check CHECK ((length(VALUE) < 40));

alter table public.p alter column tags type public.tag[] using tags::text[]::public.tag[];

alter table public.p alter column tags set default '{}'::public.tag[];

drop domain public.tag__old;
