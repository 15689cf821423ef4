-- change.sql

-- Written by kitdb generate: ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_p_id_fkey of public.t: rows that break it stop the migration
-- rewrites-table: every row of public.p is written anew
-- rewrites-table: every row of public.t is written anew

alter table public.t drop constraint t_p_id_fkey;

alter table public.p alter column id type text;

alter table public.t alter column p_id type text;

alter table public.t add constraint t_p_id_fkey FOREIGN KEY (p_id) REFERENCES public.p(id) not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_p_id_fkey;
