-- change.sql

-- Written by kitdb generate: ~1 type, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint u_st_fkey of public.u: rows that break it stop the migration
-- may-fail-on-data: public.t.st: values that the new public.st lacks stop the migration
-- may-fail-on-data: public.u.st: values that the new public.st lacks stop the migration
-- rewrites-table: every row of public.t is written anew
-- rewrites-table: every row of public.u is written anew

alter table public.u drop constraint u_st_fkey;

alter type public.st rename to st__old;

create type public.st as enum ('a', 'c');

alter table public.t alter column st type public.st using st::text::public.st;

alter table public.u alter column st type public.st using st::text::public.st;

alter table public.u add constraint u_st_fkey FOREIGN KEY (st) REFERENCES public.t(st) not valid;

drop type public.st__old;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.u validate constraint u_st_fkey;
