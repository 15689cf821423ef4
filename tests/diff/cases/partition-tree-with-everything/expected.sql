-- change.sql

-- Written by kitdb generate: +4 columns, +1 policy, +2 tables, -1 table, ~1 policy, ~1 index. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: table public.event_2025, with its rows

create table public.event_2024_2 partition of public.event_2024 for values in (2, 3);

alter table public.event_2024_2 enable row level security;

create policy p on public.event_2024_2 for all to authenticated using (org = 2);

alter table public.event add column kind text not null default 'x'::text;

alter table public.event alter column body set default ''::text;

alter policy p on public.event
  using ((org = 1) AND (kind <> 'z'::text));

create table public.event_2026 partition of public.event for values from ('2026-01-01') to ('2027-01-01');

create unique index event_2026_body on public.event_2026 (body) where kind = 'y';

alter table public.event_2024 alter column body set default ''::text;

alter table public.event_2024_1 alter column body set default ''::text;

alter table public.event_2024_rest alter column body set default ''::text;

drop table public.event_2025;

drop index public.event_org;

create index event_org on public.event (org, kind);
