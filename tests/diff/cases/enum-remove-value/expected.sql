-- change.sql

-- Written by kitdb generate: ~1 type, ~2 columns, +1 grant.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_st_check of public.t: rows that break it stop the migration
-- may-fail-on-data: public.t.more: values that the new public.st lacks stop the migration
-- may-fail-on-data: public.t.st: values that the new public.st lacks stop the migration
-- rewrites-table: every row of public.t is written anew

drop policy p on public.t;

drop view public.v;

drop index public.t_st;

alter table public.t drop constraint t_st_check;

alter table public.t alter column more drop default;

alter table public.t alter column st drop default;

drop function public.f(public.st);

alter type public.st rename to st__old;

create type public.st as enum ('b', 'a');

comment on type public.st is 'states';

grant usage on type public.st to service_role;

alter table public.t alter column more type public.st[] using more::text[]::public.st[];

alter table public.t alter column st type public.st using st::text::public.st;

alter table public.t alter column more set default '{a}'::public.st[];

alter table public.t alter column st set default 'a'::public.st;

alter table public.t add constraint t_st_check CHECK ((st <> 'b'::public.st)) not valid;

create index t_st on public.t (st) where st = 'a';

create policy p on public.t for select using (st = 'a');

create function public.f(s public.st) returns public.st language sql immutable as $$ select s $$;

grant execute on function public.f(public.st) to anon;

create view public.v as select id, st from public.t;

drop type public.st__old;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_st_check;
