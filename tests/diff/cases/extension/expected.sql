-- change.sql

-- Written by kitdb generate: +1 extension, +1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create extension if not exists citext with schema extensions;

create table public.t (id int primary key, mail extensions.citext unique);
