-- change.sql

-- Written by kitdb generate: -1 constraint, ~4 constraints.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint c_b of public.c: rows that break it stop the migration
-- may-fail-on-data: constraint p_ab of public.p: rows that break it stop the migration
-- may-fail-on-data: constraint p_b of public.p: rows that break it stop the migration
-- may-fail-on-data: constraint p_pkey of public.p: rows that break it stop the migration

alter table public.c drop constraint c_b;

alter table public.c drop constraint c_p;

alter table public.p drop constraint p_ab;

alter table public.p drop constraint p_b;

alter table public.p drop constraint p_pkey;

alter table public.p add constraint p_ab UNIQUE NULLS NOT DISTINCT (a, b);

alter table public.p add constraint p_b UNIQUE (b) INCLUDE (a);

alter table public.p add constraint p_pkey PRIMARY KEY (id) DEFERRABLE;

alter table public.c add constraint c_b FOREIGN KEY (b) REFERENCES public.p(b) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.c validate constraint c_b;
