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
