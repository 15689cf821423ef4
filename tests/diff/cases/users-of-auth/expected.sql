-- change.sql

-- Written by kitdb generate: +1 trigger, +1 column, +1 constraint, +1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: constraint profiles_id_fkey of public.profiles: rows that break it stop the migration
-- may-fail-on-data: insert or update on table "profiles" violates foreign key constraint "profiles_id_fkey" (SQLSTATE 23503) (seen with rows that were put in)

alter table public.profiles add column made timestamp with time zone not null default now();

alter table public.profiles add constraint profiles_id_fkey FOREIGN KEY (id) REFERENCES auth.users(id) ON DELETE CASCADE not valid;

create function public.make_profile() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id) values (new.id); return new; end $$;

revoke execute on function public.make_profile() from public;

create trigger on_auth_user_created after insert on auth.users for each row execute function public.make_profile();

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.profiles validate constraint profiles_id_fkey;
