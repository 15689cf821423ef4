create function public.mine(o uuid) returns boolean language sql stable as $$ select true $$;
create table public.t (id int primary key, org uuid default gen_random_uuid());
alter table public.t enable row level security;
create policy p on public.t using (public.mine(org));
create function public.caller() returns boolean language sql as $$ select public.mine(null) $$;
