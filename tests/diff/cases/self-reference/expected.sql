-- change.sql

-- Written by kitdb generate: +1 constraint, +1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_parent_fkey of public.t: rows that break it stop the migration

create table public.u (id int primary key, parent int references public.u (id));

alter table public.t add constraint t_parent_fkey FOREIGN KEY (parent) REFERENCES public.t(id) ON DELETE SET NULL not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_parent_fkey;
