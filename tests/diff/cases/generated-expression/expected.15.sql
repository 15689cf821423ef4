-- change.sql

-- Written by kitdb generate: ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

alter table public.t drop column b;

alter table public.t add column b text generated always as (lower(a)) stored;

create index t_b on public.t (b);
