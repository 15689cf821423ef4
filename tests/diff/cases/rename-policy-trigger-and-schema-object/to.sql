create table public.t (id int primary key);
alter table public.t enable row level security;
-- kitdb: renamed from old
create policy new on public.t using (id > 1);
-- kitdb: renamed from v
create view public.w as select id from public.t;
-- kitdb: renamed from s
create sequence public.s2;
