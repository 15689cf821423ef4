-- change.sql

-- Written by kitdb generate: +1 function, -1 function, ~1 function, -1 grant.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.f(text) is dropped

drop function public.f(text);

CREATE OR REPLACE FUNCTION public.f(a uuid, b text DEFAULT 'x'::text)
 RETURNS integer
 LANGUAGE sql
AS $function$ select 4 $function$;

comment on function public.f(uuid,text) is 'third';

CREATE OR REPLACE FUNCTION public.f(a integer)
 RETURNS integer
 LANGUAGE sql
AS $function$ select 3 $function$;

revoke execute on function public.f(integer) from public;
