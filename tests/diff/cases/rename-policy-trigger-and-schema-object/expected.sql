-- change.sql

-- Written by kitdb generate: 3 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter view public.v rename to w;

alter sequence public.s rename to s2;

alter policy old on public.t rename to new;
