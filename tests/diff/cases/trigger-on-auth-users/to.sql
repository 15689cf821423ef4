create table public.profiles (id uuid primary key references auth.users (id) on delete cascade);
create function public.welcome() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id) values (new.id); return new; end $$;
create trigger welcome after insert on auth.users for each row execute function public.welcome();
