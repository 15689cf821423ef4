-- change.sql

-- Written by kitdb generate: ~1 column, ~1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.a becomes numeric(12,2): values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.v2;

drop view public.v1;

alter table public.t alter column a type numeric(12,2);

create view public.v1 as select a from public.t;

create view public.v2 as select a * 2 as b from public.v1;

grant select on public.v2 to anon;
