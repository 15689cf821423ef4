-- change.sql

-- Written by kitdb generate: ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create or replace function public.admin() returns boolean language sql stable security definer set search_path = '' as 'select true';
