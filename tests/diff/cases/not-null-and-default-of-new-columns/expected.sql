-- change.sql

-- Written by kitdb generate: +5 columns, -1 default, ~3 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew
-- writes-rows: rows without public.u.a get its default
-- writes-rows: rows without public.u.c get its default

alter table public.u alter column b drop default;

alter table public.t add column created timestamp with time zone not null default now();

alter table public.t add column token uuid not null default gen_random_uuid();

alter table public.t add column "order" smallint not null default 0;

alter table public.t add column big numeric(10,3)[] not null default '{}'::numeric[];

alter table public.t add column j jsonb not null default '{"a": "b''c"}'::jsonb;

update public.u set a = 'none'::text where a is null;

alter table public.u add constraint u_a_not_null check (a is not null) not valid;

alter table public.u alter column b drop not null;

update public.u set c = now() where c is null;

alter table public.u add constraint u_c_not_null check (c is not null) not valid;

alter table public.u alter column a set default 'none'::text;

alter table public.u alter column c set default now();

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.u validate constraint u_a_not_null;

alter table public.u alter column a set not null;

alter table public.u drop constraint u_a_not_null;

alter table public.u validate constraint u_c_not_null;

alter table public.u alter column c set not null;

alter table public.u drop constraint u_c_not_null;
