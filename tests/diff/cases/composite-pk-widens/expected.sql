-- change.sql

-- Written by kitdb generate: +2 columns, +1 constraint, -1 constraint, ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint m_pkey of public.m: rows that break it stop the migration
-- may-fail-on-data: constraint n_org_usr_role_fkey of public.n: rows that break it stop the migration

alter table public.n drop constraint n_org_usr_fkey;

alter table public.m drop constraint m_pkey;

alter table public.m add column role integer not null default 0;

alter table public.m add constraint m_pkey PRIMARY KEY (org, usr, role);

alter table public.n add column role integer not null default 0;

alter table public.n add constraint n_org_usr_role_fkey FOREIGN KEY (org, usr, role) REFERENCES public.m(org, usr, role) ON DELETE CASCADE not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.n validate constraint n_org_usr_role_fkey;
