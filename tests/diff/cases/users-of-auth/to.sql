create table public.profiles (id uuid primary key references auth.users (id) on delete cascade, made timestamptz not null default now());
create function public.make_profile() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.profiles (id) values (new.id); return new; end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.make_profile();
revoke execute on function public.make_profile() from public, anon, authenticated;
