-- change.sql

-- Written by kitdb generate: -1 column, ~2 views, ~1 column. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.profile.email, with its values
-- writes-rows: rows without public.profile.name get its default

drop view public.names;

drop view public.public_profile;

update public.profile set name = ''::text where name is null;

alter table public.profile add constraint profile_name_not_null check (name is not null) not valid;

alter table public.profile alter column name set default ''::text;

create view public.public_profile with (security_invoker = on) as select id, name from public.profile;

grant select (id) on public.public_profile to anon;

create view public.names with (security_invoker = true, check_option = cascaded) as select p.name from public.public_profile p where p.name <> '';

alter table public.profile drop column email;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.profile validate constraint profile_name_not_null;

alter table public.profile alter column name set not null;

alter table public.profile drop constraint profile_name_not_null;
