-- change.sql

-- Written by kitdb generate: ~2 columns, ~1 constraint, +1 grant. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: public.t.a becomes double precision, without all but 15 digits
-- may-fail-on-data: public.t.a becomes double precision: values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.v;

alter table public.t drop column b;

alter table public.t alter column a type double precision;

alter table public.t add column b double precision generated always as (a * (2)::double precision) stored;

alter table public.t add constraint b_positive CHECK ((b > (0)::double precision));

create index t_b on public.t (b);

comment on column public.t.b is 'twice';

grant select (b) on public.t to anon;

create view public.v as select b from public.t;
