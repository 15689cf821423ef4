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
