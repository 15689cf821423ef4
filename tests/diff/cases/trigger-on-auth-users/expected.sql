-- change.sql

-- Written by kitdb generate: +1 trigger, +1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create function public.welcome() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id) values (new.id); return new; end $$;

create trigger welcome after insert on auth.users for each row execute function public.welcome();
