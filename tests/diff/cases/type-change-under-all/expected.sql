-- change.sql

-- Written by kitdb generate: ~6 columns, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.member is written anew
-- rewrites-table: every row of public.org is written anew

drop policy seen on public.member;

drop policy org_seen on public.org;

drop view public.heavy;

drop materialized view public.totals;

alter table public.member drop column doubled;

drop function public.weight_of(integer);

alter table public.member alter column code type text;

alter table public.member alter column org_id type bigint;

alter table public.member alter column weight type bigint;

alter table public.member add column doubled bigint generated always as (weight * 2) stored;

create policy seen on public.member for select to authenticated using (weight > 1 and uid = auth.uid());

alter table public.org alter column code type text;

alter table public.org alter column id type bigint;

create policy org_seen on public.org for select to authenticated using (exists (select 1 from public.member m where m.org_id = org.id and m.weight > 2));

create function public.weight_of(o int) returns bigint language sql stable begin atomic select max(weight) from public.member where org_id = o; end;

create view public.heavy as select org_id, weight, doubled from public.member where weight > 10;

grant select on public.heavy to anon;

create materialized view public.totals as select org_id, sum(weight) as w from public.member group by org_id;

grant select on public.totals to anon;

create unique index totals_key on public.totals (org_id);
