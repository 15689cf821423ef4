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
