create table public.t (id int, o uuid);
alter table public.t enable row level security;
create policy own on public.t for all to authenticated using (o = auth.uid()) with check (o = auth.uid());
