-- change.sql

-- Written by kitdb generate: +1 function, -1 function, ~1 default, ~2 functions.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.f(integer) is dropped

alter table public.t alter column a drop default;

alter table public.t alter column id drop default;

drop function public.f(integer);

drop function public.f(integer[]);

drop function public.f(text);

CREATE OR REPLACE FUNCTION public.f(a integer, b integer DEFAULT 2)
 RETURNS integer
 LANGUAGE sql
AS $function$ select a + b $function$;

alter table public.t alter column id set default public.f(1, 2);

CREATE OR REPLACE FUNCTION public.f(a integer[], OUT x integer, OUT y text)
 RETURNS record
 LANGUAGE sql
AS $function$ select a[1], 'y' $function$;

CREATE OR REPLACE FUNCTION public.f(a text)
 RETURNS character varying
 LANGUAGE sql
AS $function$ select a $function$;

alter table public.t alter column a set default public.f('x'::text);
