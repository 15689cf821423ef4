-- change.sql

-- Written by kitdb generate: +1 policy, ~3 policies, ~2 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop policy three on public.a;

alter table public.a force row level security;

create policy "four" on public.a for update to authenticated using (true) with check (o = auth.uid() and exists (select 1 from public.b where b.id = a.id));

create policy three on public.a to authenticated using (id > 0);

alter policy one on public.a
  to authenticated
  using (o = ( SELECT auth.uid() AS uid));

alter policy two on public.a
  to public
  with check (true);

alter table public.b disable row level security;

alter table public.b no force row level security;
