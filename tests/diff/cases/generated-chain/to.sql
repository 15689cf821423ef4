-- flags: --allow-destructive
create table public.t (id int primary key, a double precision, b double precision generated always as (a * 2) stored);
create view public.v as select b from public.t;
create index t_b on public.t (b);
alter table public.t add constraint b_positive check (b > 0);
comment on column public.t.b is 'twice';
grant select (b) on public.t to anon;
