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
