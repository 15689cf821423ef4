create extension citext with schema extensions;
create extension pg_trgm with schema extensions;
create table public.person (id int primary key, email extensions.citext unique, name text);
create index person_name on public.person using gin (name extensions.gin_trgm_ops);
create function public.by_mail(m extensions.citext) returns setof public.person language sql stable as $$ select * from public.person where email = m $$;
