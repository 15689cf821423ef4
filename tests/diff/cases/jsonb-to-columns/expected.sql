-- change.sql

-- Written by kitdb generate: +1 column, +1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint u_meta_check of public.u: rows that break it stop the migration
-- rewrites-table: every row of public.u is written anew

alter table public.u add column name text generated always as (meta ->> 'name'::text) stored;

alter table public.u add constraint u_meta_check CHECK ((jsonb_typeof(meta) = 'object'::text)) not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.u validate constraint u_meta_check;
