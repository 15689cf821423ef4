-- change.sql

-- Written by kitdb generate: ~1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create or replace view public.v with (security_invoker = true) as select id, a from public.t;
