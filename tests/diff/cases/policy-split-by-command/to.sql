create table public.t (id int, o uuid);
alter table public.t enable row level security;
create policy own on public.t for select to authenticated using (o = auth.uid());
create policy own_insert on public.t for insert to authenticated with check (o = auth.uid());
