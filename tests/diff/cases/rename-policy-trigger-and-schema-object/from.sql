create table public.t (id int primary key);
alter table public.t enable row level security;
create policy old on public.t using (id > 1);
create view public.v as select id from public.t;
create sequence public.s;
