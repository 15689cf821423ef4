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
