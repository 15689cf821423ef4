-- change.sql

-- Written by kitdb generate: ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.a is written anew

alter publication supabase_realtime drop table public.a;

alter table public.a alter column x type bigint;

alter publication supabase_realtime add table public.a (id, x) where ((x > 1));
