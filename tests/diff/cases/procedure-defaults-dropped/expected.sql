-- change.sql

-- Written by kitdb generate: ~1 procedure.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop procedure public.pr(integer,integer);

create procedure public.pr(a int, b int) language sql as 'select 1';
