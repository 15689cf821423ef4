-- change.sql

-- Written by kitdb generate: ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t drop column c;

alter table public.t add column c integer;

update public.t set c = (a * 3);

alter table public.t alter column b set expression as (a * 4);
