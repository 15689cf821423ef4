-- change.sql

-- Written by kitdb generate: -2 tables. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: table public.a, with its rows
-- deletes-data: table public.b, with its rows

alter table public.a drop constraint a_b_id_fkey;

alter table public.b drop constraint b_a_id_fkey;

drop table public.a;

drop table public.b;
