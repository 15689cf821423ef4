-- change.sql

-- Written by kitdb generate: +1 publication, +2 publication tables, -1 publication, -1 publication table, ~1 publication table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter publication old drop table public.a;

alter publication supabase_realtime drop table public.a;

drop publication old;

create publication new with (publish = 'insert');

alter publication supabase_realtime add table public.a (id, x) where ((id > 3));

alter publication new add table public.b;

alter publication supabase_realtime add table public.b;
