-- change.sql

-- Written by kitdb generate: ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop function public.g(integer);

create function public.g(a int, out b int, out c text, out d boolean) language sql as 'select 1, ''x'', true';
