-- flags: --rename none

create table public.org (id bigint primary key, code text unique not null);
create table public.member (org_id bigint references public.org (id), uid uuid, weight bigint default 5 check (weight > 0), doubled bigint generated always as (weight * 2) stored, code text references public.org (code), primary key (org_id, uid));
create index member_weight on public.member (weight) include (uid) where weight > 3;
create unique index member_expr on public.member ((weight + 1), uid);
create view public.heavy as select org_id, weight, doubled from public.member where weight > 10;
create materialized view public.totals as select org_id, sum(weight) as w from public.member group by org_id;
create unique index totals_key on public.totals (org_id);
create function public.weight_of(o int) returns bigint language sql stable begin atomic select max(weight) from public.member where org_id = o; end;
alter table public.member enable row level security;
create policy seen on public.member for select to authenticated using (weight > 1 and uid = auth.uid());
create policy org_seen on public.org for select to authenticated using (exists (select 1 from public.member m where m.org_id = org.id and m.weight > 2));
alter table public.org enable row level security;
create statistics public.member_st on org_id, weight from public.member;
grant select on public.heavy, public.totals to anon;
