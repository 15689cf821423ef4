-- What a migration of a Supabase project meets: schemas, auth, storage, realtime, vault, default privileges.
-- Run once after roles.sql, as "supabase_admin" or another superuser, in an empty database. Facts checked against
-- the catalog of a Supabase database, August to October 2026; the words are ours.
set client_min_messages = warning;
set check_function_bodies = off;

------------------------------------------------------------------ 1. schemas
create schema if not exists extensions     authorization postgres;
create schema if not exists auth           authorization supabase_admin;
create schema if not exists storage        authorization supabase_admin;
create schema if not exists realtime       authorization supabase_admin;
create schema if not exists graphql_public authorization supabase_admin;
create schema if not exists graphql        authorization supabase_admin;
create schema if not exists vault          authorization supabase_admin;
create schema if not exists pgbouncer      authorization pgbouncer;
create schema if not exists supabase_migrations authorization postgres;
create schema if not exists supabase_functions  authorization supabase_admin;

grant usage on schema public, extensions, auth, storage, realtime, graphql_public, graphql, supabase_functions
  to postgres, anon, authenticated, service_role;
grant usage on schema storage, realtime, graphql_public to postgres with grant option;
grant usage, create on schema extensions to postgres, dashboard_user;
grant usage, create on schema auth to supabase_auth_admin, dashboard_user;
grant usage, create on schema storage to supabase_storage_admin, dashboard_user;
grant usage, create on schema realtime to supabase_realtime_admin;
grant usage, create on schema supabase_functions to supabase_functions_admin;
grant usage on schema vault to postgres, service_role;
do $$ begin execute format('grant all on database %I to postgres, dashboard_user', current_database()); end $$;
-- PG15+: only the database owner may create in public; on Supabase that is "postgres"
grant usage, create on schema public to postgres;

create table if not exists supabase_migrations.schema_migrations (
  version text primary key, statements text[], name text);
alter table supabase_migrations.schema_migrations owner to postgres;

------------------------------------------------------------------ 2. extensions every project starts with
do $ext$
declare x text;
begin
  foreach x in array array['uuid-ossp','pgcrypto','pg_stat_statements'] loop
    if exists (select 1 from pg_available_extensions where name = x) then
      execute format('create extension if not exists %I with schema extensions', x);
    end if;
  end loop;
end $ext$;
grant all on all routines in schema extensions to postgres with grant option;
grant all on all tables   in schema extensions to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
  grant all on routines to postgres with grant option;
alter default privileges for role supabase_admin in schema extensions
  grant all on tables to postgres with grant option;

------------------------------------------------------------------ 3. auth
create type auth.aal_level as enum ('aal1','aal2','aal3');
create type auth.factor_type as enum ('totp','webauthn','phone');
create type auth.factor_status as enum ('unverified','verified');
create type auth.code_challenge_method as enum ('s256','plain');
create type auth.one_time_token_type as enum ('confirmation_token','reauthentication_token','recovery_token',
  'email_change_token_new','email_change_token_current','phone_change_token');
create type auth.oauth_registration_type as enum ('dynamic','manual');
create type auth.oauth_authorization_status as enum ('pending','approved','denied','expired');
create type auth.oauth_response_type as enum ('code');
create type auth.oauth_client_type as enum ('public','confidential');

create table auth.users (
  instance_id uuid,
  id uuid constraint users_pkey primary key,
  aud varchar(255), role varchar(255), email varchar(255), encrypted_password varchar(255),
  email_confirmed_at timestamptz, invited_at timestamptz,
  confirmation_token varchar(255), confirmation_sent_at timestamptz,
  recovery_token varchar(255), recovery_sent_at timestamptz,
  email_change_token_new varchar(255), email_change varchar(255), email_change_sent_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb, raw_user_meta_data jsonb,
  is_super_admin boolean, created_at timestamptz, updated_at timestamptz,
  phone text default null::varchar constraint users_phone_key unique,
  phone_confirmed_at timestamptz,
  phone_change text default ''::varchar,
  phone_change_token varchar(255) default ''::varchar,
  phone_change_sent_at timestamptz,
  confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
  email_change_token_current varchar(255) default ''::varchar,
  email_change_confirm_status smallint default 0
    constraint users_email_change_confirm_status_check check (email_change_confirm_status between 0 and 2),
  banned_until timestamptz,
  reauthentication_token varchar(255) default ''::varchar,
  reauthentication_sent_at timestamptz,
  is_sso_user boolean not null default false,
  deleted_at timestamptz,
  is_anonymous boolean not null default false
);
create unique index users_email_partial_key on auth.users (email) where is_sso_user = false;
create index users_instance_id_idx on auth.users (instance_id);
create index users_instance_id_email_idx on auth.users (instance_id, lower(email));
create index users_is_anonymous_idx on auth.users (is_anonymous);

create table auth.identities (
  provider_id text not null,
  user_id uuid not null references auth.users on delete cascade,
  identity_data jsonb not null,
  provider text not null,
  last_sign_in_at timestamptz, created_at timestamptz, updated_at timestamptz,
  email text generated always as (lower(identity_data ->> 'email')) stored,
  id uuid default gen_random_uuid() primary key,
  constraint identities_provider_id_provider_unique unique (provider_id, provider)
);
create index identities_user_id_idx on auth.identities (user_id);
create index identities_email_idx on auth.identities (email text_pattern_ops);

create table auth.oauth_clients (
  id uuid primary key, client_secret_hash text, registration_type auth.oauth_registration_type not null,
  redirect_uris text not null, grant_types text not null, client_name text, client_uri text, logo_uri text,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(), deleted_at timestamptz,
  client_type auth.oauth_client_type not null default 'confidential', token_endpoint_auth_method text not null);
create table auth.sessions (
  id uuid primary key,
  user_id uuid not null references auth.users on delete cascade,
  created_at timestamptz, updated_at timestamptz, factor_id uuid, aal auth.aal_level, not_after timestamptz,
  refreshed_at timestamp, user_agent text, ip inet, tag text,
  oauth_client_id uuid references auth.oauth_clients on delete cascade,
  refresh_token_hmac_key text, refresh_token_counter bigint, scopes text);
create index sessions_user_id_idx on auth.sessions (user_id);
create index sessions_not_after_idx on auth.sessions (not_after desc);
create table auth.refresh_tokens (
  instance_id uuid, id bigserial primary key,
  token varchar(255) constraint refresh_tokens_token_unique unique,
  user_id varchar(255), revoked boolean, created_at timestamptz, updated_at timestamptz,
  parent varchar(255), session_id uuid references auth.sessions on delete cascade);
create table auth.mfa_factors (
  id uuid primary key, user_id uuid not null references auth.users on delete cascade, friendly_name text,
  factor_type auth.factor_type not null, status auth.factor_status not null,
  created_at timestamptz not null, updated_at timestamptz not null, secret text, phone text,
  last_challenged_at timestamptz unique, web_authn_credential jsonb, web_authn_aaguid uuid,
  last_webauthn_challenge_data jsonb);
create index mfa_factors_user_id_idx on auth.mfa_factors (user_id);
create table auth.mfa_challenges (
  id uuid primary key, factor_id uuid not null references auth.mfa_factors on delete cascade,
  created_at timestamptz not null, verified_at timestamptz, ip_address inet not null, otp_code text,
  web_authn_session_data jsonb);
create table auth.mfa_amr_claims (
  session_id uuid not null references auth.sessions on delete cascade, created_at timestamptz not null,
  updated_at timestamptz not null, authentication_method text not null, id uuid primary key,
  unique (session_id, authentication_method));
create table auth.one_time_tokens (
  id uuid primary key, user_id uuid not null references auth.users on delete cascade,
  token_type auth.one_time_token_type not null, token_hash text not null check (token_hash <> ''),
  relates_to text not null, created_at timestamp not null default now(), updated_at timestamp not null default now(),
  unique (user_id, token_type));
create table auth.flow_state (
  id uuid primary key, user_id uuid, auth_code text, code_challenge_method auth.code_challenge_method,
  code_challenge text, provider_type text not null, provider_access_token text, provider_refresh_token text,
  created_at timestamptz, updated_at timestamptz, authentication_method text not null, auth_code_issued_at timestamptz,
  invite_token text, referrer text, oauth_client_state_id uuid, linking_target_id uuid,
  email_optional boolean not null default false);
create table auth.sso_providers (id uuid primary key, resource_id text, created_at timestamptz, updated_at timestamptz, disabled boolean);
create table auth.sso_domains (id uuid primary key, sso_provider_id uuid not null references auth.sso_providers on delete cascade,
  domain text not null, created_at timestamptz, updated_at timestamptz);
create table auth.saml_providers (id uuid primary key, sso_provider_id uuid not null references auth.sso_providers on delete cascade,
  entity_id text not null unique, metadata_xml text not null, metadata_url text, attribute_mapping jsonb,
  created_at timestamptz, updated_at timestamptz, name_id_format text);
create table auth.saml_relay_states (id uuid primary key, sso_provider_id uuid not null references auth.sso_providers on delete cascade,
  request_id text not null, for_email text, redirect_to text, created_at timestamptz, updated_at timestamptz,
  flow_state_id uuid references auth.flow_state on delete cascade);
create table auth.audit_log_entries (instance_id uuid, id uuid primary key, payload json, created_at timestamptz,
  ip_address varchar(64) not null default '');
create table auth.instances (id uuid primary key, uuid uuid, raw_base_config text, created_at timestamptz, updated_at timestamptz);
create table auth.schema_migrations (version varchar(255) primary key);

-- claims: the per-claim GUC wins over the JSON GUC; both missing or empty -> NULL
create function auth.uid() returns uuid language sql stable as $f$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$;
create function auth.role() returns text language sql stable as $f$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role') $f$;
create function auth.email() returns text language sql stable as $f$
  select coalesce(nullif(current_setting('request.jwt.claim.email', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email') $f$;
create function auth.jwt() returns jsonb language sql stable as $f$
  select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                  nullif(current_setting('request.jwt.claims', true), ''))::jsonb $f$;

do $own$
declare r record;
begin
  for r in select format('alter table auth.%I owner to supabase_auth_admin', relname) s
             from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r'
           union all
           select format('alter table auth.%I enable row level security', relname)
             from pg_class where relnamespace = 'auth'::regnamespace and relkind = 'r'
              and relname not like 'oauth\_%'
           union all
           select format('alter routine %s owner to supabase_auth_admin', oid::regprocedure)
             from pg_proc where pronamespace = 'auth'::regnamespace
           union all
           select format('alter type auth.%I owner to supabase_auth_admin', typname)
             from pg_type where typnamespace = 'auth'::regnamespace and typtype = 'e'
  loop execute r.s; end loop;
end $own$;
grant all on all tables in schema auth to postgres, dashboard_user;
grant select on all tables in schema auth to postgres with grant option;
grant all on all sequences in schema auth to postgres, dashboard_user;
grant all on all routines in schema auth to postgres, dashboard_user;
revoke all on auth.schema_migrations from postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth grant all on routines to postgres, dashboard_user;

------------------------------------------------------------------ 4. storage
create type storage.buckettype as enum ('STANDARD','ANALYTICS','VECTOR');
create table storage.buckets (
  id text constraint buckets_pkey primary key,
  name text not null,
  owner uuid,
  created_at timestamptz default now(), updated_at timestamptz default now(),
  public boolean default false, avif_autodetection boolean default false,
  file_size_limit bigint, allowed_mime_types text[], owner_id text,
  type storage.buckettype not null default 'STANDARD',
  versioning_status text not null default 'DISABLED'
);
create unique index bname on storage.buckets (name);
create table storage.objects (
  id uuid default gen_random_uuid() constraint objects_pkey primary key,
  bucket_id text constraint "objects_bucketId_fkey" references storage.buckets,
  name text, owner uuid,
  created_at timestamptz default now(), updated_at timestamptz default now(), last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text, owner_id text, user_metadata jsonb,
  archived_at timestamptz, is_delete_marker boolean not null default false, is_versioned boolean not null default false
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);
create table storage.s3_multipart_uploads (
  id text primary key, in_progress_size bigint not null default 0, upload_signature text not null,
  bucket_id text not null references storage.buckets, key text collate "C" not null, version text not null,
  owner_id text, created_at timestamptz not null default now(), user_metadata jsonb, metadata jsonb);
create table storage.s3_multipart_uploads_parts (
  id uuid primary key default gen_random_uuid(), upload_id text not null references storage.s3_multipart_uploads on delete cascade,
  size bigint not null default 0, part_number int not null, bucket_id text not null references storage.buckets,
  key text collate "C" not null, etag text not null, owner_id text, version text not null,
  created_at timestamptz not null default now());
create table storage.buckets_analytics (
  name text not null, type storage.buckettype not null default 'ANALYTICS', format text not null default 'ICEBERG',
  created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  id uuid primary key default gen_random_uuid(), deleted_at timestamptz);
create table storage.buckets_vectors (
  id text primary key, type storage.buckettype not null default 'VECTOR',
  created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table storage.migrations (id int primary key, name varchar(100) unique not null, hash varchar(40) not null,
  executed_at timestamp default current_timestamp);

create function storage.foldername(name text) returns text[] language plpgsql immutable as $f$
declare p text[] := string_to_array(name, '/');
begin return p[1:array_length(p, 1) - 1]; end $f$;
create function storage.filename(name text) returns text language plpgsql immutable as $f$
declare p text[] := string_to_array(name, '/');
begin return p[array_length(p, 1)]; end $f$;
create function storage.extension(name text) returns text language plpgsql immutable as $f$
declare p text[] := string_to_array(storage.filename(name), '.');
begin return p[array_length(p, 1)]; end $f$;
create function storage.operation() returns text language plpgsql stable as $f$
begin return current_setting('storage.operation', true); end $f$;
create function storage.allow_only_operation(expected_operation text) returns boolean language sql stable as $f$
  select coalesce(nullif(expected_operation, '') is not null
     and regexp_replace(storage.operation(), '^storage\.', '') = regexp_replace(expected_operation, '^storage\.', ''), false) $f$;
create function storage.allow_any_operation(expected_operations text[]) returns boolean language sql stable as $f$
  select coalesce(bool_or(storage.allow_only_operation(o)), false) from unnest(expected_operations) o $f$;
create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text) language plpgsql stable as $f$
begin
  return query select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id from storage.objects o group by o.bucket_id;
end $f$;
create function storage.search(prefix text, bucketname text, limits int default 100, levels int default 1, offsets int default 0,
  search text default '', sortcolumn text default 'name', sortorder text default 'asc')
returns table (name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb)
language sql stable as $f$
  select o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata from storage.objects o
   where o.bucket_id = bucketname and o.name like prefix || '%' order by o.name limit limits offset offsets $f$;
create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb) returns void language plpgsql as $f$
begin
  insert into storage.objects (bucket_id, name, owner, metadata) values (bucketid, name, owner, metadata);
  raise sqlstate 'PT200' using message = 'ROLLBACK', detail = 'rollback successful insert';
end $f$;
create function storage.update_updated_at_column() returns trigger language plpgsql as $f$
begin new.updated_at := now(); return new; end $f$;
create function storage.enforce_bucket_name_length() returns trigger language plpgsql as $f$
begin
  if char_length(new.name) > 100 then raise exception 'bucket name is too long'; end if;
  return new;
end $f$;
create function storage.protect_delete() returns trigger language plpgsql as $f$
begin
  if current_setting('storage.allow_delete_query', true) is distinct from 'true' then
    raise insufficient_privilege using message = 'storage rows are deleted through the Storage API, not by SQL';
  end if;
  return null;
end $f$;
create trigger update_objects_updated_at before update on storage.objects
  for each row execute function storage.update_updated_at_column();
create trigger protect_objects_delete before delete on storage.objects
  for each statement execute function storage.protect_delete();
create trigger protect_buckets_delete before delete on storage.buckets
  for each statement execute function storage.protect_delete();
create trigger enforce_bucket_name_length_trigger before insert or update of name on storage.buckets
  for each row execute function storage.enforce_bucket_name_length();

do $own$
declare r record;
begin
  for r in select format('alter table storage.%I owner to supabase_storage_admin', relname) s
             from pg_class where relnamespace = 'storage'::regnamespace and relkind = 'r'
           union all
           select format('alter table storage.%I enable row level security', relname)
             from pg_class where relnamespace = 'storage'::regnamespace and relkind = 'r'
           union all
           select format('alter routine %s owner to supabase_storage_admin', oid::regprocedure)
             from pg_proc where pronamespace = 'storage'::regnamespace
           union all
           select 'alter type storage.buckettype owner to supabase_storage_admin'
  loop execute r.s; end loop;
end $own$;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts, storage.buckets_analytics to service_role;
grant all on storage.buckets_analytics to anon, authenticated;
grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts, storage.buckets_vectors to anon, authenticated;
grant select on storage.buckets_vectors to service_role;
grant execute on all routines in schema storage to postgres, anon, authenticated, service_role;

------------------------------------------------------------------ 5. realtime, graphql, webhooks, vault
create table realtime.messages (
  topic text not null, extension text not null, payload jsonb, event text, private boolean default false,
  updated_at timestamp not null default now(), inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(), binary_payload bytea,
  primary key (id, inserted_at)
) partition by range (inserted_at);
create table realtime.messages_default partition of realtime.messages default;
create table realtime.subscription (id bigint generated always as identity primary key, subscription_id uuid not null,
  entity regclass not null, claims jsonb not null, created_at timestamp not null default timezone('utc', now()));
create table realtime.schema_migrations (version bigint primary key, inserted_at timestamp);
alter table realtime.messages enable row level security;
create function realtime.topic() returns text language sql stable as $f$
  select nullif(current_setting('realtime.topic', true), '') $f$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql as $f$
declare new_id uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (new_id, case when payload ? 'id' then payload else payload || jsonb_build_object('id', new_id) end, event, topic, private, 'broadcast');
exception when others then
  raise warning 'broadcast not stored: %', sqlerrm;
end $f$;
create function realtime.broadcast_changes(topic_name text, event_name text, operation text, table_name text, table_schema text,
  new record, old record, level text default 'ROW') returns void language plpgsql as $f$
begin
  if level = 'STATEMENT' then raise exception 'row level only'; end if;
  perform realtime.send(jsonb_build_object('old_record', old, 'record', new, 'operation', operation,
    'table', table_name, 'schema', table_schema), event_name, topic_name);
end $f$;
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages_default owner to supabase_realtime_admin;
alter table realtime.subscription owner to supabase_realtime_admin;
grant select, insert, update on realtime.messages to postgres, anon, authenticated, service_role;
grant select on realtime.subscription to postgres, anon, authenticated, service_role;
grant execute on all routines in schema realtime to postgres, anon, authenticated, service_role;

create function graphql_public.graphql("operationName" text default null, query text default null,
  variables jsonb default null, extensions jsonb default null) returns jsonb language sql as $f$
  select jsonb_build_object('errors', jsonb_build_array(jsonb_build_object('message', 'pg_graphql extension is not enabled.'))) $f$;

create function supabase_functions.http_request() returns trigger language plpgsql security definer
set search_path = supabase_functions as $f$
begin
  -- webhooks never leave the sandbox
  return coalesce(new, old);
end $f$;
grant execute on function supabase_functions.http_request() to postgres, anon, authenticated, service_role;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(), name text, description text not null default '', secret text not null,
  key_id uuid, nonce bytea, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create unique index secrets_name_idx on vault.secrets (name) where name is not null;
create view vault.decrypted_secrets as
  select id, name, description, secret, secret as decrypted_secret, key_id, nonce, created_at, updated_at from vault.secrets;
create function vault.create_secret(new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null)
returns uuid language sql security definer set search_path = '' as $f$
  insert into vault.secrets (secret, name, description, key_id) values (new_secret, new_name, new_description, new_key_id) returning id $f$;
create function vault.update_secret(secret_id uuid, new_secret text default null, new_name text default null,
  new_description text default null, new_key_id uuid default null) returns void language sql security definer set search_path = '' as $f$
  update vault.secrets set secret = coalesce(new_secret, secret), name = coalesce(new_name, name),
    description = coalesce(new_description, description), updated_at = now() where id = secret_id $f$;
grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
revoke all on all routines in schema vault from public;
grant execute on all routines in schema vault to postgres, service_role;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

------------------------------------------------------------------ 6. what new objects in public get
-- "legacy exposure" (projects before 2026-05-30/10-30 and self-hosted): API roles get everything.
alter default privileges for role postgres in schema public grant all on tables    to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on tables    to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on functions to postgres, anon, authenticated, service_role;

------------------------------------------------------------------ 7. what postgres may do with the platform's tables
-- It owns none of them and is no member of their owners' roles, so that Postgres itself refuses it all that hosted
-- projects are refused. Yet those may make policies on these tables, and drop and rename policies and triggers, which
-- takes the owner's rights: for the length of such a statement, postgres gets them. (Hosted, a module does the like.)
create function extensions.kitdb_lend_owners_rights() returns event_trigger language plpgsql security definer
set search_path = '' as $f$
declare
  -- The caller's: current_user is the definer here.
  caller text := case current_setting('role') when 'none' then session_user::text else current_setting('role') end;
begin
  if caller = 'postgres' and current_query() ~* '\m(auth|storage|realtime)\M'
     and not pg_catalog.pg_has_role(caller, 'supabase_auth_admin', 'member') then
    perform set_config('kitdb.lent', 'yes', true);
    grant supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin to postgres;
  end if;
end $f$;
create function extensions.kitdb_take_owners_rights_back() returns event_trigger language plpgsql security definer
set search_path = '' as $f$
begin
  if current_setting('kitdb.lent', true) = 'yes' then
    perform set_config('kitdb.lent', '', true);
    revoke supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin from postgres;
  end if;
end $f$;
revoke all on function extensions.kitdb_lend_owners_rights(), extensions.kitdb_take_owners_rights_back() from public, postgres;
create event trigger kitdb_lend_owners_rights on ddl_command_start
  when tag in ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'ALTER TRIGGER', 'DROP TRIGGER')
  execute function extensions.kitdb_lend_owners_rights();
create event trigger kitdb_take_owners_rights_back on ddl_command_end
  when tag in ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'ALTER TRIGGER', 'DROP TRIGGER')
  execute function extensions.kitdb_take_owners_rights_back();

-- Hosted, postgres also makes event triggers and publications of whole schemas, for which Postgres wants a superuser and
-- asks before any event trigger: whoever replays migrations has postgres made one for the length of such a statement.
create function extensions.kitdb_superuser(lend boolean) returns void language plpgsql security definer
set search_path = '' as $f$
begin
  if lend and not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
    perform set_config('kitdb.superuser', session_user, true);
    execute format('alter role %I superuser', session_user);
  elsif not lend and current_setting('kitdb.superuser', true) = session_user then
    perform set_config('kitdb.superuser', '', true);
    execute format('alter role %I nosuperuser', session_user);
  end if;
end $f$;
revoke all on function extensions.kitdb_superuser(boolean) from public;
grant execute on function extensions.kitdb_superuser(boolean) to postgres;
