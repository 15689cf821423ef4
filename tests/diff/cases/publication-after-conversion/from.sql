create table public.m (id int not null, d date not null, primary key (id, d));
alter publication supabase_realtime add table public.m;
grant select on public.m to anon;
comment on table public.m is 'kept';
alter table public.m enable row level security;
create policy p on public.m for select to anon using (true);
create view public.v as select id from public.m;
