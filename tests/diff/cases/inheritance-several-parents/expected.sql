-- change.sql

-- Written by kitdb generate: +2 columns, ~4 columns, ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- writes-rows: rows without public.a.x get its default

alter table public.a add column added date;

update public.a set x = ''::text where x is null;

alter table public.a add constraint a_x_not_null check (x is not null) not valid;

alter table public.a alter column x set default ''::text;

alter table public.c alter column x set default ''::text;

alter table public.d inherit public.b;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.a validate constraint a_x_not_null;

alter table public.a alter column x set not null;

alter table public.a drop constraint a_x_not_null;
