-- change.sql

-- Written by kitdb generate: +1 function, -1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.norm(text) is dropped
-- may-fail-on-data: constraint t_a_check of public.t: rows that break it stop the migration
-- may-fail-on-data: index t_part is unique: duplicates stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.v;

drop index public.t_norm;

drop index public.t_part;

alter table public.t drop constraint t_a_check;

alter table public.t alter column a drop default;

alter table public.t drop column b;

drop function public.norm(text);

create function public.norm(a text, strict boolean default false) returns text language sql immutable as $$ select lower(a) $$;

alter table public.t add column b text generated always as (public.norm(a)) stored;

alter table public.t alter column a set default public.norm('X'::text);

alter table public.t add constraint t_a_check CHECK ((public.norm(a) <> ''::text)) not valid;

create index t_norm on public.t (public.norm(a));

create unique index t_part on public.t (id) where public.norm(a) = 'x';

create view public.v as select public.norm(a) from public.t;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_a_check;
