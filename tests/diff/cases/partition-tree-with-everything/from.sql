create table public.event (id bigint generated always as identity, at timestamptz not null, org int not null, body text, primary key (id, at, org)) partition by range (at);
create table public.event_2024 partition of public.event for values from ('2024-01-01') to ('2025-01-01') partition by list (org);
create table public.event_2024_1 partition of public.event_2024 for values in (1);
create table public.event_2024_rest partition of public.event_2024 default;
create table public.event_2025 partition of public.event for values from ('2025-01-01') to ('2026-01-01');
create index event_org on public.event (org);
alter table public.event enable row level security;
alter table public.event_2025 enable row level security;
create policy p on public.event for select to authenticated using (org = 1);
