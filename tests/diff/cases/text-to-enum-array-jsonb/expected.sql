-- change.sql

-- Written by kitdb generate: +1 type, -1 constraint, ~6 columns, ~4 defaults.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: invalid input syntax for type numeric: "a" (SQLSTATE 22P02) (seen with rows that were put in)
-- may-fail-on-data: public.t.b becomes boolean: values that are none stop the migration
-- may-fail-on-data: public.t.j becomes jsonb: values that are none stop the migration
-- may-fail-on-data: public.t.k becomes public.k: values that are none stop the migration
-- may-fail-on-data: public.t.ks becomes public.k[]: values that are none stop the migration
-- may-fail-on-data: public.t.n becomes numeric(6,2): values that are none stop the migration
-- may-fail-on-data: public.t.ts becomes timestamp with time zone: values that are none stop the migration

drop view public.v;

alter table public.t drop constraint t_k_check;

alter table public.t alter column b drop default;

alter table public.t alter column j drop default;

alter table public.t alter column k drop default;

alter table public.t alter column ks drop default;

create type public.k as enum ('a', 'b');

alter table public.t alter column b type boolean using b::text::boolean;

alter table public.t alter column j type jsonb using j::jsonb;

alter table public.t alter column k type public.k using k::public.k;

alter table public.t alter column ks type public.k[] using ks::public.k[];

alter table public.t alter column n type numeric(6,2) using n::numeric(6,2);

alter table public.t alter column ts type timestamp with time zone using ts::timestamp with time zone;

alter table public.t alter column b set default false;

alter table public.t alter column j set default '{}'::jsonb;

alter table public.t alter column k set default 'a'::public.k;

alter table public.t alter column ks set default '{a}'::public.k[];

create view public.v as select k, ks from public.t;
