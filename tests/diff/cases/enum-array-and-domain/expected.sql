-- change.sql

-- Written by kitdb generate: ~1 type, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.one: values that the new public.st lacks stop the migration
-- may-fail-on-data: public.t.two: values that the new public.sd lacks stop the migration
-- rewrites-table: every row of public.t is written anew

alter table public.t alter column one drop default;

alter type public.st rename to st__old;

create type public.st as enum ('b', 'a', 'c');

alter domain public.sd rename to sd__old;

create domain public.sd as public.st default 'a'::public.st;

alter table public.t alter column one type public.st[] using one::text[]::public.st[];

alter table public.t alter column two type public.sd using two::text::public.sd;

alter table public.t alter column one set default '{a}'::public.st[];

drop domain public.sd__old;

drop type public.st__old;
