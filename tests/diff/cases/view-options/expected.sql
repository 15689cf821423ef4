-- change.sql

-- Written by kitdb generate: ~3 views.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter view public.c set (check_option = cascaded);

alter view public.v set (security_invoker = true);

alter view public.w reset (security_invoker);
