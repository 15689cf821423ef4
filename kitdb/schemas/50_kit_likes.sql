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
