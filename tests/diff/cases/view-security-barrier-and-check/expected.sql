-- change.sql

-- Written by kitdb generate: ~1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter view public.va set (check_option = local, security_barrier = true, security_invoker = true);
