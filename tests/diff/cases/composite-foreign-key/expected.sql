-- change.sql

-- Written by kitdb generate: +1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_a_b_fkey of public.t: rows that break it stop the migration

alter table public.t add constraint t_a_b_fkey FOREIGN KEY (a, b) REFERENCES public.p(a, b) MATCH FULL ON DELETE SET NULL (b) not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_a_b_fkey;
