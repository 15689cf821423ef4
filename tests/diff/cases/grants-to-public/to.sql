create table public.t (id int primary key);
create function public.f() returns int language sql security definer set search_path = '' as $$ select 2 $$;
revoke all on function public.f() from public, anon, authenticated;
