-- change.sql

-- Written by kitdb generate: -1 grant.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

revoke execute on function public.secret() from anon, public;
