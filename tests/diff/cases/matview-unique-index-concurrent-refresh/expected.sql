-- change.sql

-- Written by kitdb generate: +1 index, +1 grant.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create unique index m_k on public.m (k);

grant select on public.m to authenticated;
