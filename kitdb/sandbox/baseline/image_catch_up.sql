-- A Supabase image's auth and storage are those of its first day: the services add the rest when they start. This adds
-- what migrations and requests rely on, and leaves what is there as it is.
set client_min_messages = warning;

alter table auth.users
  add column if not exists email_confirmed_at timestamptz,
  add column if not exists phone text unique,
  add column if not exists phone_confirmed_at timestamptz,
  add column if not exists banned_until timestamptz,
  add column if not exists deleted_at timestamptz,
  add column if not exists is_sso_user boolean not null default false,
  add column if not exists is_anonymous boolean not null default false;

create table if not exists storage.buckets (
  id text primary key, name text not null, owner uuid,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
alter table storage.buckets
  add column if not exists public boolean default false,
  add column if not exists avif_autodetection boolean default false,
  add column if not exists file_size_limit bigint,
  add column if not exists allowed_mime_types text[],
  add column if not exists owner_id text;
create table if not exists storage.objects (
  id uuid default gen_random_uuid() primary key, bucket_id text references storage.buckets, name text, owner uuid,
  created_at timestamptz default now(), updated_at timestamptz default now(), last_accessed_at timestamptz default now(),
  metadata jsonb
);
alter table storage.objects
  add column if not exists path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  add column if not exists version text,
  add column if not exists owner_id text,
  add column if not exists user_metadata jsonb;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
grant all on storage.buckets, storage.objects to postgres, anon, authenticated, service_role;

do $functions$
begin
  if to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb language sql stable as $f$
      select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                      nullif(current_setting('request.jwt.claims', true), ''))::jsonb $f$;
    alter function auth.jwt() owner to supabase_auth_admin;
  end if;
  if to_regprocedure('storage.foldername(text)') is null then
    create function storage.foldername(name text) returns text[] language plpgsql immutable as $f$
    declare p text[] := string_to_array(name, '/');
    begin return p[1:array_length(p, 1) - 1]; end $f$;
    alter function storage.foldername(text) owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.filename(text)') is null then
    create function storage.filename(name text) returns text language plpgsql immutable as $f$
    declare p text[] := string_to_array(name, '/');
    begin return p[array_length(p, 1)]; end $f$;
    alter function storage.filename(text) owner to supabase_storage_admin;
  end if;
  if to_regprocedure('storage.extension(text)') is null then
    create function storage.extension(name text) returns text language plpgsql immutable as $f$
    declare p text[] := string_to_array(storage.filename(name), '.');
    begin return p[array_length(p, 1)]; end $f$;
    alter function storage.extension(text) owner to supabase_storage_admin;
  end if;
end
$functions$;
