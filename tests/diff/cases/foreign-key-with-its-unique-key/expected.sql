-- change.sql

-- Written by kitdb generate: +2 constraints.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint p_code_key of public.p: rows that break it stop the migration
-- may-fail-on-data: constraint t_code_fkey of public.t: rows that break it stop the migration

alter table public.p add constraint p_code_key UNIQUE (code);

alter table public.t add constraint t_code_fkey FOREIGN KEY (code) REFERENCES public.p(code) ON UPDATE CASCADE DEFERRABLE not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_code_fkey;
