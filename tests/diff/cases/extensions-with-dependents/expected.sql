-- change.sql

-- Written by kitdb generate: +2 extensions, +1 column, +1 index, +1 function, -2 extensions, -1 index, -1 function, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.by_mail(extensions.citext) is dropped
-- may-fail-on-data: constraint person_email_key of public.person: rows that break it stop the migration

drop index public.person_name;

alter table public.person drop constraint person_email_key;

create extension if not exists hstore with schema extensions;

create extension if not exists unaccent with schema extensions;

alter table public.person add column attrs extensions.hstore;

alter table public.person alter column email type text;

alter table public.person add constraint person_email_key UNIQUE (email);

create function public.by_mail(m text) returns setof public.person language sql stable as $$ select * from public.person where email = m $$;

drop function public.by_mail(extensions.citext);

drop extension citext;

drop extension pg_trgm;

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently person_attrs on public.person using gist (attrs);
