-- change.sql

-- Written by kitdb generate: +5 policies, +1 table, +1 column, +1 function, ~2 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create table public.invite (id uuid primary key default gen_random_uuid(), team int not null references public.team on delete cascade);

alter table public.invite enable row level security;

alter table public.member enable row level security;

alter table public.member add column admin boolean not null default false;

create policy admins on public.member for all to authenticated using (exists (select 1 from public.member m where m.team = member.team and m.admin));

alter table public.team enable row level security;

create policy seen_through on public.team for update to authenticated using (exists (select 1 from public.member m where m.team = team.id and m.admin));

create function public.my_teams() returns setof int language sql stable security definer set search_path = '' as $$ select team from public.member where uid = auth.uid() $$;

create policy by_admin on public.invite using (team in (select t.id from public.team t join public.member m on m.team = t.id where m.admin));

create policy seen on public.member for select to authenticated using (team in (select public.my_teams()));

create policy seen on public.team for select to authenticated using (id in (select public.my_teams()));
