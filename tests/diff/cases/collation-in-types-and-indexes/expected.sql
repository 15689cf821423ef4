-- change.sql

-- Written by kitdb generate: ~2 types, ~2 columns, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop view public.v;

drop index public.t_a;

alter type public.c rename to c__old;

create type public.c as (a text collate "C");

alter domain public.d rename to d__old;

create domain public.d as text collate pg_catalog."C";

alter table public.t alter column a type text collate pg_catalog."C";

alter table public.t alter column b type text collate pg_catalog."POSIX";

alter table public.t alter column b set default 'x'::text;

create index t_a on public.t (a collate "POSIX" text_pattern_ops desc nulls last);

create view public.v as select a from public.t;

drop type public.c__old;

drop domain public.d__old;
