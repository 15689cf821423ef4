-- change.sql

-- Written by kitdb generate: ~2 columns, +1 grant.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop policy p on public.t;

drop view public.v;

alter table public.t drop column b;

alter table public.t alter column a type bigint;

alter table public.t add column b bigint generated always as (a * 3) stored;

create index t_b on public.t (b);

create policy p on public.t using (b > 1);

comment on column public.t.b is 'twice';

grant select (b) on public.t to anon;

create view public.v as select id, b from public.t;
