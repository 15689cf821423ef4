-- change.sql

-- Written by kitdb generate: +1 column, -1 column, ~1 function. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.t.gone, with its values

alter table public.t add column b integer;

create or replace function public.full_a(t public.t) returns text language sql stable as $$ select t.a || t.b $$;

alter table public.t drop column gone;
