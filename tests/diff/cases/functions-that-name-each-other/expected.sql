-- change.sql

-- Written by kitdb generate: +1 table, +2 functions.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create table public.t (id int primary key);

create function public.b() returns int language sql as $$ select count(*)::int from public.t $$;

create function public.a() returns int language sql as $$ select public.b() $$;
