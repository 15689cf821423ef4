-- change.sql

-- Written by kitdb generate: ~1 type, ~4 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_k_check of public.t: rows that break it stop the migration
-- may-fail-on-data: public.t.d: values that the new public.dk lacks stop the migration
-- may-fail-on-data: public.t.k: values that the new public.kind lacks stop the migration
-- may-fail-on-data: public.t.ks: values that the new public.kind lacks stop the migration
-- rewrites-table: every row of public.t is written anew

drop policy p on public.t;

drop trigger tr on public.t;

drop view public.v;

drop materialized view public.m;

drop index public.t_k;

alter domain public.dk drop constraint dk_check;

alter table public.t drop constraint t_k_check;

alter table public.t alter column k drop default;

alter table public.t alter column ks drop default;

alter table public.t drop column g;

drop function public.f(public.kind);

alter type public.kind rename to kind__old;

create type public.kind as enum ('b', 'a');

alter domain public.dk rename to dk__old;

create domain public.dk as public.kind;

alter domain public.dk add constraint dk_check CHECK ((VALUE <> 'b'::public.kind));

alter type public.holder rename to holder__old;

create type public.holder as (k public.kind, n int);

alter table public.t alter column d type public.dk using d::text::public.dk;

alter table public.t alter column h type public.holder using case when h is not distinct from null then null else row((h).k::text::public.kind, (h).n)::public.holder end;

alter table public.t alter column k type public.kind using k::text::public.kind;

alter table public.t add column g text generated always as (
CASE
    WHEN (k = 'a'::public.kind) THEN 'x'::text
    ELSE 'y'::text
END) stored;

alter table public.t alter column ks type public.kind[] using ks::text[]::public.kind[];

alter table public.t alter column k set default 'a'::public.kind;

alter table public.t alter column ks set default ARRAY['b'::public.kind];

alter table public.t add constraint t_k_check CHECK ((k <> 'b'::public.kind)) not valid;

create index t_k on public.t (k) where k = 'a';

create trigger tr before update on public.t for each row when (new.k = 'a') execute function public.tf();

create policy p on public.t using (k = 'a');

create function public.f(k public.kind default 'b') returns public.kind language sql immutable as $$ select k $$;

create view public.v as select k, public.f(k) as f from public.t where k in ('a', 'b');

create materialized view public.m as select k, count(*) as n from public.t group by k;

drop domain public.dk__old;

drop type public.holder__old;

drop type public.kind__old;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_k_check;
