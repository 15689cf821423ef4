-- change.sql

-- Written by kitdb generate: +1 table, ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create table public.u of public.row;

alter table public.t not of;
