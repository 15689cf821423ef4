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
