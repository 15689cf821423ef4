-- flags: --rename none

create table public.a (id int primary key, o uuid);
alter table public.a enable row level security;
alter table public.a force row level security;
create policy one on public.a for select to authenticated using (o = (select auth.uid()));
create policy two on public.a for insert with check (true);
create policy three on public.a to authenticated using (id > 0);
create policy "four" on public.a for update to authenticated using (true) with check (o = auth.uid() and exists (select 1 from public.b where b.id = a.id));
create table public.b (id int);
