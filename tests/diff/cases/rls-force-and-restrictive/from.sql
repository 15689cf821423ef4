create table public.a (id int primary key, o uuid);
alter table public.a enable row level security;
create policy one on public.a for select to anon, authenticated using (true);
create policy two on public.a for insert to authenticated with check (o = auth.uid());
create policy three on public.a as restrictive to authenticated using (id > 0);
create table public.b (id int);
alter table public.b enable row level security;
alter table public.b force row level security;
