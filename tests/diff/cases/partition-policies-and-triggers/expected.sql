-- change.sql

-- Written by kitdb generate: +2 policies, +2 triggers, ~2 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.m1 becomes a partition: rows outside of it stop the migration

alter table public.m enable row level security;

create trigger t before insert on public.m for each row execute function public.f();

create policy own on public.m using (owner = auth.uid());

alter table public.m detach partition public.m1;

alter table public.m1 enable row level security;

alter table public.m attach partition public.m1 FOR VALUES IN ('2024-01-01', '2024-01-02');

create policy own on public.m1 using (owner = auth.uid());
