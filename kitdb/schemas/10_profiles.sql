create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  username text,
  display_name text,
  avatar_url text,
  bio text,
  location text,
  website text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_username_key unique (username),
  -- Only lower case gets in, so that a plain unique constraint holds whatever the case.
  constraint profiles_username_format check (username ~ '^[a-z0-9_]{3,30}$')
);
comment on table public.profiles is 'What a user shows to others: no e-mail, no role.';
comment on column public.profiles.id is 'The user''s id in auth.users.';
comment on column public.profiles.username is 'Unique handle in lower case. Null until the user has picked one.';

create trigger profiles_set_updated_at
  before update on public.profiles
  for each row execute function private.set_updated_at();

-- The metadata is whatever the client sent, so each value is taken only in a form that the table accepts, and a
-- user name only while it is free. Nothing here may fail, or the sign-up fails with it.
create function private.create_profile() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  metadata jsonb := new.raw_user_meta_data;
  wanted text := lower(btrim(metadata ->> 'username'));
  shown text := coalesce(metadata ->> 'display_name', metadata ->> 'full_name', metadata ->> 'name');
  avatar text := metadata ->> 'avatar_url';
begin
  if wanted !~ '^[a-z0-9_]{3,30}$' then
    wanted := null;
  end if;
  shown := nullif(btrim(left(shown, 100)), '');
  if avatar !~ '^https://' or length(avatar) > 2000 then
    avatar := null;
  end if;

  insert into public.profiles (id, username, display_name, avatar_url)
  values (new.id, wanted, shown, avatar)
  on conflict do nothing;

  if not found then
    insert into public.profiles (id, display_name, avatar_url)
    values (new.id, shown, avatar)
    on conflict do nothing;
  end if;
  return null;
end;
$$;
comment on function private.create_profile() is 'Gives every new user a profile.';

revoke execute on function private.create_profile() from public, anon, authenticated, service_role;

create trigger create_profile
  after insert on auth.users
  for each row execute function private.create_profile();
