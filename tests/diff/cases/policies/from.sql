create table public.t (id int primary key, owner uuid);
alter table public.t enable row level security;
create policy a on public.t for select to anon using (true);
create policy b on public.t for update to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
create policy c on public.t for delete using (true);
create policy d on public.t as restrictive for select using (true);
create policy gone on public.t for insert with check (true);
