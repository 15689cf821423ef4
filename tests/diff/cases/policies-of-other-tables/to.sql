create schema tenant;
create schema other;
create table tenant.clusters (id bigint primary key, org text);
create table public.installs (id int primary key, cluster_id bigint);
alter table public.installs enable row level security;
create policy own on public.installs for all to authenticated using (exists (select 1 from tenant.clusters c where c.id = installs.cluster_id and c.org = auth.uid()::text));
create table other.seen (id int primary key);
create policy seen on public.installs as restrictive for select to authenticated using (id in (select s.id from other.seen s));
