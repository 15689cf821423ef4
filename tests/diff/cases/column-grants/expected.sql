-- change.sql

-- Written by kitdb generate: +1 column, -1 column, ~1 column, +2 grants, -1 grant. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.t.c, with its values
-- may-fail-on-data: public.t.b becomes character varying(10): values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

alter table public.t add column "d e" text;

alter table public.t alter column b type character varying(10);

revoke select on public.t from anon;

grant select ("d e"), insert (a), references (id) on public.t to authenticated;

grant select (a, id) on public.t to anon;

alter table public.t drop column c;
