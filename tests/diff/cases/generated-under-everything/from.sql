create table public.t (id int primary key, a int, b int generated always as (a * 2) stored, c text);
create index t_b on public.t (b);
create view public.v as select id, b from public.t;
alter table public.t enable row level security;
create policy p on public.t using (b > 1);
comment on column public.t.b is 'twice';
grant select (b) on public.t to anon;
