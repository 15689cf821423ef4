-- change.sql

-- Written by kitdb generate: +1 policy, -1 policy, ~4 policies, ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop policy b on public.t;

drop policy c on public.t;

drop policy d on public.t;

drop policy gone on public.t;

alter table public.t force row level security;

create policy "new, and quoted" on public.t for insert to authenticated with check (owner = (select auth.uid()));

create policy b on public.t for update to authenticated using (owner = auth.uid());

create policy c on public.t for select using (true);

create policy d on public.t as permissive for select using (true);

alter policy a on public.t
  to anon, authenticated
  using (id > 1);

comment on policy a on public.t is 'for all to see';
