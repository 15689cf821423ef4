create table public.profile (id uuid primary key, name text, email text);
create view public.public_profile with (security_invoker = on) as select id, name, email from public.profile;
create view public.names with (security_barrier) as select p.name from public.public_profile p;
grant select on public.public_profile to anon;
