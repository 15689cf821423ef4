-- change.sql

-- Written by kitdb generate: ~1 type, ~2 columns, ~1 default, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: invalid input value for enum s: "a" (SQLSTATE 22P02) (seen with rows that were put in)
-- may-fail-on-data: public.t.hist: values that the new public.s lacks stop the migration
-- may-fail-on-data: public.t.s: values that the new public.s lacks stop the migration

drop index public.ts;

alter table public.t alter column s drop default;

alter type public.s rename to s__old;

create type public.s as enum ('x','b','d');

alter table public.t alter column hist type public.s[] using hist::text[]::public.s[];

alter table public.t alter column s type public.s using s::text::public.s;

alter table public.t alter column s set default 'b'::public.s;

create index ts on public.t (s) where s <> 'd';

drop type public.s__old;
