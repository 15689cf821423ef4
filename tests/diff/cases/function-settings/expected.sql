-- change.sql

-- Written by kitdb generate: ~3 functions.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create or replace function public.f() returns setof int language sql volatile rows 50 as $$ select 1 $$;

create or replace function public.g(a int) returns int language plpgsql stable parallel restricted as $$ begin return a; end $$;

create or replace function public.h() returns int language sql set search_path = public, pg_temp set statement_timeout to '1s' as $$ select 1 $$;
