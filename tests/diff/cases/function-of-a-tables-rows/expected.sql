-- change.sql

-- Written by kitdb generate: +1 column, ~1 column, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

alter table public.t add column b text;

alter table public.t alter column a type bigint;

create or replace function public.label(r public.t) returns text language sql stable as $$ select r.b $$;
