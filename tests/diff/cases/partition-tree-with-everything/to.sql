-- flags: --rename none --allow-destructive

create table public.event (id bigint generated always as identity, at timestamptz not null, org int not null, body text default '', kind text not null default 'x', primary key (id, at, org)) partition by range (at);
create table public.event_2024 partition of public.event for values from ('2024-01-01') to ('2025-01-01') partition by list (org);
create table public.event_2024_1 partition of public.event_2024 for values in (1);
create table public.event_2024_2 partition of public.event_2024 for values in (2, 3);
create table public.event_2024_rest partition of public.event_2024 default;
create table public.event_2026 partition of public.event for values from ('2026-01-01') to ('2027-01-01');
create index event_org on public.event (org, kind);
create unique index event_2026_body on public.event_2026 (body) where kind = 'y';
alter table public.event enable row level security;
alter table public.event_2024_2 enable row level security;
create policy p on public.event for select to authenticated using (org = 1 and kind <> 'z');
create policy p on public.event_2024_2 for all to authenticated using (org = 2);
