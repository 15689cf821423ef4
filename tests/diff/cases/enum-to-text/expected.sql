-- change.sql

-- Written by kitdb generate: -1 type, ~1 column, ~1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

alter table public.t alter column st drop default;

alter table public.t alter column st type text;

alter table public.t alter column st set default 'a'::text;

drop type public.st;
