-- change.sql

-- Written by kitdb generate: -1 constraint, ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint u_pkey of public.u: rows that break it stop the migration
-- may-fail-on-data: constraint x_u_fkey of public.x: rows that break it stop the migration

alter table public.u drop constraint u_pkey;

alter table public.x drop constraint x_u_fkey;

alter table public.u drop constraint u_code_key;

alter table public.u add constraint u_pkey PRIMARY KEY (code);

alter table public.x add constraint x_u_fkey FOREIGN KEY (u) REFERENCES public.u(code) not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.x validate constraint x_u_fkey;
