create table public.t (id int primary key, owner uuid);
alter table public.t enable row level security;
alter table public.t force row level security;
create policy a on public.t for select to anon, authenticated using (id > 1);
create policy b on public.t for update to authenticated using (owner = auth.uid());
create policy c on public.t for select using (true);
create policy d on public.t as permissive for select using (true);
create policy "new, and quoted" on public.t for insert to authenticated with check (owner = (select auth.uid()));
comment on policy a on public.t is 'for all to see';
