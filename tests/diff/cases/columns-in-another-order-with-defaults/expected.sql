-- change.sql

-- Written by kitdb generate: +1 column, ~2 columns, ~1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- writes-rows: rows without public.t.a get its default

alter table public.t add column z bigint not null default 5;

update public.t set a = 1 where a is null;

alter table public.t add constraint t_a_not_null check (a is not null) not valid;

alter table public.t alter column b drop not null;

alter table public.t alter column a set default 1;

alter table public.t alter column c set default now();

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_a_not_null;

alter table public.t alter column a set not null;

alter table public.t drop constraint t_a_not_null;
