create table public.t (id int primary key, org uuid);
create function public.mine(o uuid, strict boolean) returns boolean language sql stable security definer set search_path = '' as $$ select strict $$;
alter table public.t enable row level security;
create policy p on public.t for select to authenticated using (public.mine(org, true));
