-- change.sql

-- Written by kitdb generate: +1 schema, +1 table, +1 policy, ~1 policy, ~3 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.installs is written anew
-- rewrites-table: every row of tenant.clusters is written anew

drop policy own on public.installs;

create schema other;

create table other.seen (id int primary key);

alter table public.installs alter column cluster_id type bigint;

create policy seen on public.installs as restrictive for select to authenticated using (id in (select s.id from other.seen s));

alter table tenant.clusters alter column id type bigint;

alter table tenant.clusters alter column org type text;

create policy own on public.installs for all to authenticated using (exists (select 1 from tenant.clusters c where c.id = installs.cluster_id and c.org = auth.uid()::text));
