-- Written by kitdb generate: 8 tables, 4 enums, 13 functions, 14 triggers, 25 policies.
-- Change the declared schema and generate again, not this file.

-- schemas/00_types.sql

create type public.kit_status as enum ('draft', 'processing', 'ready', 'published', 'archived');

comment on type public.kit_status is 'How far a project or a kit has come.';

create type public.visibility_type as enum ('public', 'private');

comment on type public.visibility_type is 'Whether a kit is shown to others once it is published.';

create type public.purchase_status as enum ('pending', 'completed', 'refunded', 'failed');

comment on type public.purchase_status is 'State of a payment. Only a completed purchase opens the kit to its buyer.';

create type public.audit_severity as enum ('info', 'warning', 'error', 'critical');

comment on type public.audit_severity is 'Weight of an audit event, lightest first.';

-- schemas/01_private.sql

-- Helpers of policies, triggers and functions. The API does not expose this schema, and nobody is granted its use:
-- a policy finds its functions by identity and needs no more than the right to execute them.
create schema private;

comment on schema private is 'Helper functions that clients cannot call.';

create function private.set_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;

comment on function private.set_updated_at() is 'Stamps an edited row, whatever time its writer asked for.';

-- app_metadata is written by the server alone; users can edit their user_metadata.
create function private.is_admin() returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce((select auth.jwt()) #>> '{app_metadata,role}' = 'admin', false);
$$;

comment on function private.is_admin() is 'Whether the caller''s token says app_metadata.role = admin.';

-- Once a request has set request.headers, the next transaction on that connection finds '' and not null.
-- Headers come from outside, so text that is not JSON counts as no header.
create function private.request_header(name text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return nullif(current_setting('request.headers', true), '')::json ->> name;
exception
  when data_exception then
    return null;
end;
$$;

comment on function private.request_header(text) is 'A header of the current request, by its lower-case name.';

create function private.request_ip() returns inet
language plpgsql
stable
set search_path = ''
as $$
declare
  address text := btrim(split_part(private.request_header('x-forwarded-for'), ',', 1));
begin
  -- inet would take a network as well: 10.0.0.0/8 is nobody's address.
  return case when strpos(address, '/') = 0 then address::inet end;
exception
  when data_exception then
    return null;
end;
$$;

comment on function private.request_ip() is 'First address of x-forwarded-for, or null when it is not an address.';

revoke execute on function private.set_updated_at() from public, anon, authenticated, service_role;

revoke execute on function private.is_admin() from public, anon, authenticated, service_role;

revoke execute on function private.request_header(text) from public, anon, authenticated, service_role;

revoke execute on function private.request_ip() from public, anon, authenticated, service_role;

grant execute on function private.is_admin() to authenticated;

-- schemas/10_profiles.sql

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

-- schemas/20_kit_projects.sql

create table public.kit_projects (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  title text not null,
  source_audio_path text,
  source_duration numeric,
  slice_settings jsonb not null default '{}',
  playback_config jsonb not null default '{}',
  fx_chains jsonb not null default '{}',
  notes text,
  status public.kit_status not null default 'draft',
  linked_kit_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint kit_projects_title_length check (char_length(title) between 1 and 200),
  constraint kit_projects_source_duration_not_negative check (source_duration >= 0),
  -- numeric knows NaN and Infinity, NaN the greatest of all; JSON has no number for either.
  constraint kit_projects_source_duration_finite check (source_duration < 'Infinity'),
  constraint kit_projects_slice_settings_object check (jsonb_typeof(slice_settings) = 'object'),
  constraint kit_projects_playback_config_object check (jsonb_typeof(playback_config) = 'object'),
  constraint kit_projects_fx_chains_object check (jsonb_typeof(fx_chains) = 'object')
);

comment on table public.kit_projects is 'An editing session: a recording and how it is cut into samples.';

comment on column public.kit_projects.owner_id is 'The user who inserts the row, for good.';

comment on column public.kit_projects.source_audio_path is 'UploadThing key in bucket projects.';

comment on column public.kit_projects.source_duration is 'Length of the recording in seconds.';

comment on column public.kit_projects.linked_kit_id is 'The kit that was published from this project.';

create index kit_projects_owner_id_idx on public.kit_projects (owner_id);

create index kit_projects_linked_kit_id_idx on public.kit_projects (linked_kit_id);

create trigger kit_projects_set_updated_at
  before update on public.kit_projects
  for each row execute function private.set_updated_at();

-- schemas/30_kits.sql

create table public.kits (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid default auth.uid() references public.profiles (id) on delete cascade,
  project_id uuid references public.kit_projects (id) on delete set null,
  name text not null,
  description text,
  cover_image_path text,
  bundle_path text,
  price_cents integer not null default 0,
  currency text not null default 'USD',
  visibility public.visibility_type not null default 'private',
  status public.kit_status not null default 'draft',
  download_count integer not null default 0,
  like_count integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint kits_owner_unless_archived check (owner_id is not null or status = 'archived'),
  constraint kits_name_length check (char_length(name) between 1 and 200),
  constraint kits_price_cents_not_negative check (price_cents >= 0),
  constraint kits_currency_format check (currency ~ '^[A-Z]{3}$'),
  constraint kits_download_count_not_negative check (download_count >= 0),
  constraint kits_like_count_not_negative check (like_count >= 0)
);

comment on table public.kits is 'A bundle of samples. It is listed while it is both public and published.';

comment on column public.kits.owner_id is
  'The seller, who inserts the row and keeps it. Null when the seller left and buyers still hold the kit.';

comment on column public.kits.project_id is 'The project that the kit was made from.';

comment on column public.kits.cover_image_path is 'Object name in Storage bucket covers.';

comment on column public.kits.bundle_path is 'UploadThing key in bucket kits, or a Storage object name.';

comment on column public.kits.price_cents is 'Price in the smallest unit of the currency; 0 is free.';

comment on column public.kits.currency is 'ISO 4217 code.';

comment on column public.kits.download_count is 'Kept by the database.';

comment on column public.kits.like_count is 'Rows of kit_likes for this kit. Kept by the database.';

create index kits_owner_id_idx on public.kits (owner_id);

create index kits_project_id_idx on public.kits (project_id);

create index kits_listed_idx on public.kits (created_at desc) where visibility = 'public' and status = 'published';

-- A project and its kit point at each other, so one of the two foreign keys has to wait for the other's table.
alter table public.kit_projects
  add constraint kit_projects_linked_kit_id_fkey
  foreign key (linked_kit_id) references public.kits (id) on delete set null;

-- A like or a download is no edit.
create trigger kits_set_updated_at
  before update on public.kits
  for each row
  when (old.like_count = new.like_count and old.download_count = new.download_count)
  execute function private.set_updated_at();

-- schemas/40_kit_slices.sql

create table public.kit_slices (
  id uuid primary key default gen_random_uuid(),
  project_id uuid references public.kit_projects (id) on delete cascade,
  kit_id uuid references public.kits (id) on delete cascade,
  name text not null,
  type text,
  start_time numeric not null,
  end_time numeric not null,
  fade_in_ms integer not null default 0,
  fade_out_ms integer not null default 0,
  metadata jsonb not null default '{}',
  position integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint kit_slices_project_or_kit check (project_id is not null or kit_id is not null),
  constraint kit_slices_start_time_not_negative check (start_time >= 0),
  constraint kit_slices_end_time_after_start check (end_time > start_time),
  constraint kit_slices_end_time_finite check (end_time < 'Infinity'),
  constraint kit_slices_fade_in_ms_not_negative check (fade_in_ms >= 0),
  constraint kit_slices_fade_out_ms_not_negative check (fade_out_ms >= 0),
  constraint kit_slices_metadata_object check (jsonb_typeof(metadata) = 'object')
);

comment on table public.kit_slices is 'One sample: a stretch of a recording, in a project, in a kit, or in both.';

comment on column public.kit_slices.type is 'Kind of sound, such as kick or snare. Null when it was not classified.';

comment on column public.kit_slices.start_time is 'Seconds from the start of the recording.';

comment on column public.kit_slices.end_time is 'Seconds from the start of the recording.';

comment on column public.kit_slices.position is 'Place in the list; equal places are in no particular order.';

create index kit_slices_project_id_idx on public.kit_slices (project_id);

create index kit_slices_kit_id_idx on public.kit_slices (kit_id);

create trigger kit_slices_set_updated_at
  before update on public.kit_slices
  for each row execute function private.set_updated_at();

-- A slice in both a project and a kit outlives either of them. It lets go of the row that is being deleted before
-- the foreign key's cascade comes for it; set null on the foreign keys could not delete those with no other home.
create function private.keep_shared_slices() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_table_name = 'kits' then
    update public.kit_slices set kit_id = null where kit_id = old.id and project_id is not null;
  else
    update public.kit_slices set project_id = null where project_id = old.id and kit_id is not null;
  end if;
  return old;
end;
$$;

comment on function private.keep_shared_slices() is 'Keeps a kit''s slices when its project is deleted, and the other way round.';

revoke execute on function private.keep_shared_slices() from public, anon, authenticated, service_role;

create trigger kit_projects_keep_shared_slices
  before delete on public.kit_projects
  for each row execute function private.keep_shared_slices();

create trigger kits_keep_shared_slices
  before delete on public.kits
  for each row execute function private.keep_shared_slices();

-- schemas/50_kit_likes.sql

create table public.kit_likes (
  id uuid primary key default gen_random_uuid(),
  kit_id uuid not null references public.kits (id) on delete cascade,
  user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint kit_likes_kit_id_user_id_key unique (kit_id, user_id)
);

comment on table public.kit_likes is 'Who likes which kit. kits.like_count follows.';

create index kit_likes_user_id_idx on public.kit_likes (user_id);

-- Whoever likes a kit is seldom its owner, so the count is written with the rights of this function's owner.
create function private.count_likes() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  step integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
  -- Kits are locked in one order: two users who leave at once, each with likes on the same kits,
  -- then wait for one another and do not deadlock.
  perform from public.kits
    where id in (select changed_likes.kit_id from changed_likes)
    order by id
    for no key update;

  update public.kits
    set like_count = like_count + step * changed.likes
    from (select kit_id, count(*)::integer as likes from changed_likes group by kit_id) as changed
    where kits.id = changed.kit_id;
  return null;
end;
$$;

comment on function private.count_likes() is 'Adds new likes to kits.like_count and takes deleted ones off.';

revoke execute on function private.count_likes() from public, anon, authenticated, service_role;

create trigger kit_likes_count_inserted
  after insert on public.kit_likes
  referencing new table as changed_likes
  for each statement execute function private.count_likes();

create trigger kit_likes_count_deleted
  after delete on public.kit_likes
  referencing old table as changed_likes
  for each statement execute function private.count_likes();

-- schemas/60_purchases.sql

create table public.purchases (
  id uuid primary key default gen_random_uuid(),
  kit_id uuid not null references public.kits (id) on delete restrict,
  buyer_id uuid references public.profiles (id) on delete set null,
  amount_cents integer not null,
  currency text not null,
  stripe_payment_id text,
  status public.purchase_status not null default 'pending',
  download_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint purchases_stripe_payment_id_key unique (stripe_payment_id),
  constraint purchases_amount_cents_not_negative check (amount_cents >= 0),
  constraint purchases_currency_format check (currency ~ '^[A-Z]{3}$')
);

comment on table public.purchases is 'Payments for kits, written by the server. A kit with a purchase cannot be deleted.';

comment on column public.purchases.buyer_id is 'Null when the buyer left: the seller''s books keep the sale.';

comment on column public.purchases.amount_cents is 'Amount paid, in the smallest unit of the currency.';

comment on column public.purchases.currency is 'ISO 4217 code.';

comment on column public.purchases.stripe_payment_id is 'Stripe''s id of the payment. Null while there is none, as for a free kit.';

comment on column public.purchases.download_expires_at is 'End of the download right. Null when it does not end.';

create index purchases_kit_id_idx on public.purchases (kit_id);

create index purchases_buyer_id_idx on public.purchases (buyer_id);

create trigger purchases_set_updated_at
  before update on public.purchases
  for each row execute function private.set_updated_at();

-- A kit's policy asks for its purchases and a purchase's policy for its kit, which Postgres refuses as infinite
-- recursion. This function is the way out: it reads purchases without their policies, for the caller alone.
create function private.bought_kit_ids() returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select kit_id
  from public.purchases
  where buyer_id = (select auth.uid()) and status = 'completed';
$$;

comment on function private.bought_kit_ids() is 'The kits that the caller has bought.';

-- Buyers keep what they bought when its seller leaves. A sold kit goes off the market without an owner;
-- the others go with the seller.
create function private.keep_sold_kits() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.kits
    set owner_id = null, visibility = 'private', status = 'archived'
    where owner_id = old.id
      and exists (select 1 from public.purchases where purchases.kit_id = kits.id);
  return old;
end;
$$;

comment on function private.keep_sold_kits() is 'Takes sold kits off the market when their seller''s profile is deleted.';

revoke execute on function private.bought_kit_ids() from public, anon, authenticated, service_role;

revoke execute on function private.keep_sold_kits() from public, anon, authenticated, service_role;

grant execute on function private.bought_kit_ids() to authenticated;

create trigger profiles_keep_sold_kits
  before delete on public.profiles
  for each row execute function private.keep_sold_kits();

-- schemas/70_notifications.sql

create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  actor_id uuid references public.profiles (id) on delete set null,
  type text not null,
  data jsonb not null default '{}',
  is_read boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint notifications_data_object check (jsonb_typeof(data) = 'object')
);

comment on table public.notifications is 'Messages to a user, written by the server.';

comment on column public.notifications.user_id is 'Who is told.';

comment on column public.notifications.actor_id is 'Who caused it. Null when nobody did, or when that user left.';

create index notifications_user_id_idx on public.notifications (user_id);

create index notifications_actor_id_idx on public.notifications (actor_id);

create trigger notifications_set_updated_at
  before update on public.notifications
  for each row execute function private.set_updated_at();

-- schemas/80_audit_logs.sql

create table public.audit_logs (
  id uuid primary key default gen_random_uuid(),
  event_type text not null,
  user_id uuid references public.profiles (id) on delete set null,
  ip_address inet,
  user_agent text,
  resource_type text,
  resource_id text,
  details jsonb not null default '{}',
  severity public.audit_severity not null default 'info',
  created_at timestamptz not null default now(),
  constraint audit_logs_event_type_format check (event_type ~ '^[a-z0-9_]+(\.[a-z0-9_]+)+$')
);

comment on table public.audit_logs is 'What happened, for good: rows are added, never changed and never deleted.';

comment on column public.audit_logs.event_type is 'Dotted lower case, such as drumkit.create or user.login.';

comment on column public.audit_logs.user_id is 'Who did it. Null when nobody was signed in, or when that user left.';

comment on column public.audit_logs.ip_address is 'As the request''s first proxy reported it, so a hint and no proof.';

comment on column public.audit_logs.resource_id is 'Text, because it outlives the row that it names.';

create index audit_logs_user_id_idx on public.audit_logs (user_id);

-- Grants keep the API roles from changing the log; this keeps everybody else from it, the table's owner included.
-- The one change let through is the foreign key's: a deleted profile is taken out of its entries. By then the
-- profile is gone, which tells it from somebody who clears the name of a living user.
create function private.keep_audit_logs() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  released public.audit_logs;
begin
  if tg_op = 'UPDATE' then
    released := old;
    released.user_id := null;
    if old.user_id is not null
      and new is not distinct from released
      and not exists (select 1 from public.profiles where profiles.id = old.user_id)
    then
      return new;
    end if;
  end if;
  raise exception 'audit_logs is append-only' using errcode = 'insufficient_privilege';
end;
$$;

comment on function private.keep_audit_logs() is 'Refuses every change of audit_logs but the release of a deleted user.';

create trigger audit_logs_keep_rows
  before update or delete on public.audit_logs
  for each row execute function private.keep_audit_logs();

create trigger audit_logs_keep_table
  before truncate on public.audit_logs
  for each statement execute function private.keep_audit_logs();

-- Dumps of the log are evidence too: Storage's own grants would let the service role delete them.
create function private.keep_audit_dumps() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.bucket_id is not distinct from old.bucket_id then
    return new;
  end if;
  raise exception 'audit dumps are not deleted' using errcode = 'insufficient_privilege';
end;
$$;

comment on function private.keep_audit_dumps() is 'Refuses to delete an object of bucket audit-dumps, or to move it to another bucket.';

create function public.log_audit_event(
  event_type text,
  resource_type text default null,
  resource_id text default null,
  details jsonb default '{}',
  severity public.audit_severity default 'info'
) returns uuid
language sql
security definer
set search_path = ''
as $$
  insert into public.audit_logs
    (event_type, user_id, ip_address, user_agent, resource_type, resource_id, details, severity)
  values (
    log_audit_event.event_type,
    auth.uid(),
    private.request_ip(),
    private.request_header('user-agent'),
    log_audit_event.resource_type,
    log_audit_event.resource_id,
    coalesce(log_audit_event.details, '{}'),
    coalesce(log_audit_event.severity, 'info')
  )
  returning id;
$$;

comment on function public.log_audit_event(text, text, text, jsonb, public.audit_severity) is
  'Adds an entry to the audit log, with the address and user agent of the request, and returns its id.';

revoke execute on function private.keep_audit_logs() from public, anon, authenticated, service_role;

revoke execute on function private.keep_audit_dumps() from public, anon, authenticated, service_role;

revoke execute on function public.log_audit_event(text, text, text, jsonb, public.audit_severity)
  from public, anon, authenticated, service_role;

grant execute on function public.log_audit_event(text, text, text, jsonb, public.audit_severity) to service_role;

-- schemas/85_stats.sql

create function public.get_my_stats()
returns table (
  kit_count bigint,
  project_count bigint,
  total_downloads bigint,
  last_activity timestamptz,
  newest_project_id uuid,
  newest_kit_id uuid
)
language sql
stable
set search_path = ''
as $$
  with
    my_kits as (select * from public.kits where owner_id = (select auth.uid())),
    my_projects as (select * from public.kit_projects where owner_id = (select auth.uid()))
  select
    (select count(*) from my_kits),
    (select count(*) from my_projects),
    (select coalesce(sum(download_count), 0) from my_kits),
    greatest((select max(updated_at) from my_kits), (select max(updated_at) from my_projects)),
    (select id from my_projects order by created_at desc, id desc limit 1),
    (select id from my_kits order by created_at desc, id desc limit 1);
$$;

comment on function public.get_my_stats() is 'One row about the caller''s own kits and projects.';

revoke execute on function public.get_my_stats() from public, anon, authenticated, service_role;

grant execute on function public.get_my_stats() to authenticated;

-- policies/audit_logs.sql

alter table public.audit_logs enable row level security;

revoke all on table public.audit_logs from public, anon, authenticated, service_role;

-- Every user's requests have role authenticated, an admin's too, so the policy tells them apart.
grant select on table public.audit_logs to authenticated;

grant select on table public.audit_logs to service_role;

-- Not id and not created_at: an entry cannot be dated back.
grant insert (
  event_type, user_id, ip_address, user_agent, resource_type, resource_id, details, severity
) on table public.audit_logs to service_role;

create policy audit_logs_select on public.audit_logs
  for select to authenticated
  using ((select private.is_admin()));

-- policies/kit_likes.sql

alter table public.kit_likes enable row level security;

revoke all on table public.kit_likes from public, anon, authenticated, service_role;

grant select, delete on table public.kit_likes to authenticated;

grant select on table public.kit_likes to service_role;

grant insert (id, kit_id, user_id) on table public.kit_likes to authenticated;

-- A user's own likes stay in sight when a kit is unlisted: a delete with a where clause finds only rows that its
-- user may select, and a like must not become impossible to take back.
create policy kit_likes_select on public.kit_likes
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or exists (select 1 from public.kits where kits.id = kit_likes.kit_id)
  );

create policy kit_likes_insert on public.kit_likes
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (
      select 1
      from public.kits
      where kits.id = kit_likes.kit_id and kits.visibility = 'public' and kits.status = 'published'
    )
  );

create policy kit_likes_delete on public.kit_likes
  for delete to authenticated
  using (user_id = (select auth.uid()));

-- policies/kit_projects.sql

alter table public.kit_projects enable row level security;

revoke all on table public.kit_projects from public, anon, authenticated, service_role;

grant select, delete on table public.kit_projects to authenticated;

grant select on table public.kit_projects to service_role;

grant insert (
  id, owner_id, title, source_audio_path, source_duration, slice_settings, playback_config, fx_chains, notes, status,
  linked_kit_id
) on table public.kit_projects to authenticated;

-- PostgREST's upsert sets every column of its payload, so id is among these. owner_id is not: an upsert leaves it
-- out, and its default names the caller.
grant update (
  id, title, source_audio_path, source_duration, slice_settings, playback_config, fx_chains, notes, status,
  linked_kit_id
) on table public.kit_projects to authenticated;

create policy kit_projects_select on public.kit_projects
  for select to authenticated
  using (owner_id = (select auth.uid()));

create policy kit_projects_insert on public.kit_projects
  for insert to authenticated
  with check (
    owner_id = (select auth.uid())
    and (
      linked_kit_id is null
      or exists (
        select 1
        from public.kits
        where kits.id = kit_projects.linked_kit_id and kits.owner_id = (select auth.uid())
      )
    )
  );

create policy kit_projects_update on public.kit_projects
  for update to authenticated
  using (owner_id = (select auth.uid()))
  with check (
    owner_id = (select auth.uid())
    and (
      linked_kit_id is null
      or exists (
        select 1
        from public.kits
        where kits.id = kit_projects.linked_kit_id and kits.owner_id = (select auth.uid())
      )
    )
  );

create policy kit_projects_delete on public.kit_projects
  for delete to authenticated
  using (owner_id = (select auth.uid()));

-- policies/kit_slices.sql

alter table public.kit_slices enable row level security;

revoke all on table public.kit_slices from public, anon, authenticated, service_role;

grant select on table public.kit_slices to anon, authenticated, service_role;

grant delete on table public.kit_slices to authenticated;

-- The same columns twice, id included: an upsert inserts and updates all that it names.
grant insert (
  id, project_id, kit_id, name, type, start_time, end_time, fade_in_ms, fade_out_ms, metadata, position
) on table public.kit_slices to authenticated;

grant update (
  id, project_id, kit_id, name, type, start_time, end_time, fade_in_ms, fade_out_ms, metadata, position
) on table public.kit_slices to authenticated;

-- Kits have policies of their own, so to find a kit here is to be allowed to select it.
create policy kit_slices_select_anon on public.kit_slices
  for select to anon
  using (exists (select 1 from public.kits where kits.id = kit_slices.kit_id));

create policy kit_slices_select on public.kit_slices
  for select to authenticated
  using (
    exists (
      select 1
      from public.kit_projects
      where kit_projects.id = kit_slices.project_id and kit_projects.owner_id = (select auth.uid())
    )
    or exists (select 1 from public.kits where kits.id = kit_slices.kit_id)
  );

create policy kit_slices_insert on public.kit_slices
  for insert to authenticated
  with check (
    (
      project_id is null
      or exists (
        select 1
        from public.kit_projects
        where kit_projects.id = kit_slices.project_id and kit_projects.owner_id = (select auth.uid())
      )
    )
    and (
      kit_id is null
      or exists (
        select 1
        from public.kits
        where kits.id = kit_slices.kit_id and kits.owner_id = (select auth.uid())
      )
    )
  );

create policy kit_slices_update on public.kit_slices
  for update to authenticated
  using (
    (
      project_id is null
      or exists (
        select 1
        from public.kit_projects
        where kit_projects.id = kit_slices.project_id and kit_projects.owner_id = (select auth.uid())
      )
    )
    and (
      kit_id is null
      or exists (
        select 1
        from public.kits
        where kits.id = kit_slices.kit_id and kits.owner_id = (select auth.uid())
      )
    )
  )
  with check (
    (
      project_id is null
      or exists (
        select 1
        from public.kit_projects
        where kit_projects.id = kit_slices.project_id and kit_projects.owner_id = (select auth.uid())
      )
    )
    and (
      kit_id is null
      or exists (
        select 1
        from public.kits
        where kits.id = kit_slices.kit_id and kits.owner_id = (select auth.uid())
      )
    )
  );

create policy kit_slices_delete on public.kit_slices
  for delete to authenticated
  using (
    (
      project_id is null
      or exists (
        select 1
        from public.kit_projects
        where kit_projects.id = kit_slices.project_id and kit_projects.owner_id = (select auth.uid())
      )
    )
    and (
      kit_id is null
      or exists (
        select 1
        from public.kits
        where kits.id = kit_slices.kit_id and kits.owner_id = (select auth.uid())
      )
    )
  );

-- policies/kits.sql

alter table public.kits enable row level security;

revoke all on table public.kits from public, anon, authenticated, service_role;

grant select on table public.kits to anon, authenticated, service_role;

grant delete on table public.kits to authenticated;

grant insert (
  id, owner_id, project_id, name, description, cover_image_path, bundle_path, price_cents, currency, visibility, status
) on table public.kits to authenticated;

grant update (
  project_id, name, description, cover_image_path, bundle_path, price_cents, currency, visibility, status
) on table public.kits to authenticated;

create policy kits_select_anon on public.kits
  for select to anon
  using (visibility = 'public' and status = 'published');

create policy kits_select on public.kits
  for select to authenticated
  using (
    (visibility = 'public' and status = 'published')
    or owner_id = (select auth.uid())
    or id in (select private.bought_kit_ids())
  );

create policy kits_insert on public.kits
  for insert to authenticated
  with check (
    owner_id = (select auth.uid())
    and (
      project_id is null
      or exists (
        select 1
        from public.kit_projects
        where kit_projects.id = kits.project_id and kit_projects.owner_id = (select auth.uid())
      )
    )
  );

create policy kits_update on public.kits
  for update to authenticated
  using (owner_id = (select auth.uid()))
  with check (
    owner_id = (select auth.uid())
    and (
      project_id is null
      or exists (
        select 1
        from public.kit_projects
        where kit_projects.id = kits.project_id and kit_projects.owner_id = (select auth.uid())
      )
    )
  );

create policy kits_delete on public.kits
  for delete to authenticated
  using (owner_id = (select auth.uid()));

-- policies/notifications.sql

alter table public.notifications enable row level security;

revoke all on table public.notifications from public, anon, authenticated, service_role;

grant select, delete on table public.notifications to authenticated;

grant update (is_read) on table public.notifications to authenticated;

grant select, insert on table public.notifications to service_role;

create policy notifications_select on public.notifications
  for select to authenticated
  using (user_id = (select auth.uid()));

create policy notifications_update on public.notifications
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

create policy notifications_delete on public.notifications
  for delete to authenticated
  using (user_id = (select auth.uid()));

-- policies/profiles.sql

alter table public.profiles enable row level security;

revoke all on table public.profiles from public, anon, authenticated, service_role;

grant select on table public.profiles to anon, authenticated, service_role;

grant update (username, display_name, avatar_url, bio, location, website) on table public.profiles to authenticated;

-- Through the policies of kits, anon sees listed kits alone; said once more, because a profile is worth a second lock.
create policy profiles_select_anon on public.profiles
  for select to anon
  using (
    exists (
      select 1
      from public.kits
      where kits.owner_id = profiles.id and kits.visibility = 'public' and kits.status = 'published'
    )
  );

create policy profiles_select on public.profiles
  for select to authenticated
  using ((select auth.uid()) is not null);

create policy profiles_update on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));

-- policies/purchases.sql

alter table public.purchases enable row level security;

revoke all on table public.purchases from public, anon, authenticated, service_role;

grant select on table public.purchases to authenticated;

grant select, insert, update on table public.purchases to service_role;

create policy purchases_select on public.purchases
  for select to authenticated
  using (
    buyer_id = (select auth.uid())
    or exists (
      select 1
      from public.kits
      where kits.id = purchases.kit_id and kits.owner_id = (select auth.uid())
    )
  );
