alter default privileges in schema public grant execute on functions to authenticated;
alter default privileges revoke execute on functions from public;
create table public.old (id int primary key);
grant select on public.old to anon;
create table public.new (id int primary key);
create function public.f() returns int language sql as $$ select 1 $$;
