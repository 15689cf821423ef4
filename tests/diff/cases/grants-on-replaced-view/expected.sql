-- change.sql

-- Written by kitdb generate: ~1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop view public.v;

create view public.v as select a, id from public.t;

grant select on public.v to authenticated with grant option;

grant select (id) on public.v to anon;
