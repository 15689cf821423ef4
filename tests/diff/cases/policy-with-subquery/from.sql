create table public.m (org uuid, member uuid, primary key (org, member));
create table public.t (id int primary key, org uuid);
alter table public.t enable row level security;
create policy p on public.t for all to authenticated using (org in (select org from public.m where member = auth.uid()));
