-- change.sql

-- Written by kitdb generate: ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.a is written anew
-- rewrites-table: every row of public.c is written anew

drop view public.v;

alter table public.a alter column n type bigint;

create view public.v as select n from public.c;
