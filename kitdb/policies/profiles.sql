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
