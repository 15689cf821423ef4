create type public.kind as enum (
  -- kitdb: renamed from 'a'
  'it''s a',
  'b'
);
create table public.t (id int primary key, kind public.kind not null default 'it''s a', kinds public.kind[] default '{it''s a}', check (kind <> 'b'));
alter table public.t enable row level security;
create policy p on public.t using (kind = 'it''s a');
create view public.v as select id from public.t where kind = 'it''s a';
