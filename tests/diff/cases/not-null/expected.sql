-- change.sql

-- Written by kitdb generate: ~3 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.a becomes NOT NULL: rows without a value stop the migration
-- writes-rows: rows without public.t.c get its default

alter table public.t add constraint t_a_not_null check (a is not null) not valid;

alter table public.t alter column b drop not null;

update public.t set c = 'x'::text where c is null;

alter table public.t add constraint t_c_not_null check (c is not null) not valid;

alter table public.t alter column c set default 'x'::text;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_a_not_null;

alter table public.t alter column a set not null;

alter table public.t drop constraint t_a_not_null;

alter table public.t validate constraint t_c_not_null;

alter table public.t alter column c set not null;

alter table public.t drop constraint t_c_not_null;
