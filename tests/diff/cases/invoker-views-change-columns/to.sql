-- flags: --rename none --allow-destructive

create table public.profile (id uuid primary key, name text not null default '');
create view public.public_profile with (security_invoker = on) as select id, name from public.profile;
create view public.names with (security_invoker = true, check_option = cascaded) as select p.name from public.public_profile p where p.name <> '';
grant select (id) on public.public_profile to anon;
