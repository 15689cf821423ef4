create table public.t (id int primary key, owner uuid, b text);
alter table public.t enable row level security;
create policy p on public.t for select to authenticated using (owner = auth.uid());
create view public.v with (security_invoker = true) as select id, owner from public.t;
grant select on public.v to anon;
comment on view public.v is 'kept';
