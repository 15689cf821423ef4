-- flags: --rename none

create extension unaccent with schema extensions;
create extension hstore with schema extensions;
create table public.person (id int primary key, email text unique, name text, attrs extensions.hstore);
create index person_attrs on public.person using gist (attrs);
create function public.by_mail(m text) returns setof public.person language sql stable as $$ select * from public.person where email = m $$;
