create schema tenant;
create table tenant.clusters (id int primary key, org uuid);
create table public.installs (id int primary key, cluster_id int);
alter table public.installs enable row level security;
create policy own on public.installs for all to authenticated using (exists (select 1 from tenant.clusters c where c.id = installs.cluster_id and c.org = auth.uid()));
