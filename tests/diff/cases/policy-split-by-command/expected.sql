-- change.sql

-- Written by kitdb generate: +1 policy, ~1 policy.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop policy own on public.t;

create policy own on public.t for select to authenticated using (o = auth.uid());

create policy own_insert on public.t for insert to authenticated with check (o = auth.uid());
