create type public.kind as enum ('a', 'b');
create table public.t (id int primary key, kind public.kind not null default 'a', kinds public.kind[] default '{a}', check (kind <> 'b'));
alter table public.t enable row level security;
create policy p on public.t using (kind = 'a');
create view public.v as select id from public.t where kind = 'a';
