-- change.sql

-- Written by kitdb generate: +1 type, ~1 column, ~1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.st becomes public.st: values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

alter table public.t alter column st drop default;

create type public.st as enum ('a', 'b');

alter table public.t alter column st type public.st using st::public.st;

alter table public.t alter column st set default 'a'::public.st;
