-- flags: --allow-destructive
create table public.t (id int primary key, b text);
alter table public.t enable row level security;
create policy p on public.t for select to authenticated using (b = 'x');
create view public.v with (security_invoker = true) as select id from public.t;
grant select on public.v to anon;
comment on view public.v is 'kept';
