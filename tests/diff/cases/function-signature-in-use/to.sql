-- flags: --rename none

create table public.org (id uuid primary key default gen_random_uuid());
create function public.is_member(org uuid, role text default 'any') returns boolean language sql stable security definer set search_path = '' as $$ select org is not null and role is not null $$;
create function public.code(prefix text, n int default 4) returns varchar language sql volatile as $$ select prefix || '1' $$;
create table public.doc (id int primary key, org uuid references public.org (id), code text not null default public.code('d'), check (public.is_ok(code)));
create function public.is_ok(value text) returns boolean language sql immutable as $$ select length(value) > 0 $$;
alter table public.doc enable row level security;
create policy p on public.doc to authenticated using (public.is_member(org)) with check (public.is_member(org, 'admin'));
create policy q on public.org to authenticated using (public.is_member(id));
create view public.mine with (security_invoker = on) as select * from public.doc where public.is_member(org);
revoke execute on function public.is_member(uuid, text) from public, anon;
grant execute on function public.is_member(uuid, text) to authenticated;
