-- change.sql

-- Written by kitdb generate: ~1 sequence.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter sequence public.s owned by public.b.id;

alter table public.b alter column id set default nextval('public.s'::regclass);
