-- change.sql

-- Written by kitdb generate: +1 constraint, ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_id_key of public.t: rows that break it stop the migration
-- may-fail-on-data: constraint t_pkey of public.t: rows that break it stop the migration
-- may-fail-on-data: constraint u_t_id_fkey of public.u: rows that break it stop the migration

alter table public.u drop constraint u_t_id_fkey;

alter table public.t drop constraint t_pkey;

alter table public.t add constraint t_id_key UNIQUE (id);

alter table public.t add constraint t_pkey PRIMARY KEY (other);

alter table public.u add constraint u_t_id_fkey FOREIGN KEY (t_id) REFERENCES public.t(id) not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.u validate constraint u_t_id_fkey;
