-- A social network: private profiles, follows, blocks, posts, likes.
create table public.profiles (id uuid primary key references auth.users on delete cascade, username text not null unique, bio text,
  is_private boolean not null default false);
create table public.follows (follower_id uuid not null references public.profiles on delete cascade,
  followee_id uuid not null references public.profiles on delete cascade, status text not null default 'requested' check (status in ('requested', 'accepted')),
  primary key (follower_id, followee_id), check (follower_id <> followee_id));
create table public.blocks (blocker_id uuid not null references public.profiles on delete cascade,
  blocked_id uuid not null references public.profiles on delete cascade, primary key (blocker_id, blocked_id), check (blocker_id <> blocked_id));
create table public.posts (id uuid primary key default gen_random_uuid(), author_id uuid not null default auth.uid() references public.profiles on delete cascade,
  body text not null check (char_length(body) between 1 and 500), created_at timestamptz not null default now());
create table public.likes (post_id uuid references public.posts on delete cascade, user_id uuid default auth.uid() references public.profiles on delete cascade,
  primary key (post_id, user_id));
create table public.notifications (id bigint generated always as identity primary key, user_id uuid not null references public.profiles on delete cascade,
  actor_id uuid references public.profiles on delete cascade, kind text not null, read_at timestamptz);
create function public.is_blocked(author uuid) returns boolean language sql stable security definer set search_path = '' as
  $$ select exists (select from public.blocks b where (b.blocker_id = author and b.blocked_id = auth.uid()) or (b.blocker_id = auth.uid() and b.blocked_id = author)) $$;
create function public.may_see(author uuid) returns boolean language sql stable security definer set search_path = '' as
  $$ select author = auth.uid() or (not exists (select from public.blocks b where (b.blocker_id = author and b.blocked_id = auth.uid())
       or (b.blocker_id = auth.uid() and b.blocked_id = author)) and (exists (select from public.profiles p where p.id = author and not p.is_private)
     or exists (select from public.follows f where f.followee_id = author and f.follower_id = auth.uid() and f.status = 'accepted'))) $$;
create function public.notify_like() returns trigger language plpgsql security definer set search_path = '' as $$ begin
  insert into public.notifications (user_id, actor_id, kind) select author_id, new.user_id, 'like' from public.posts where id = new.post_id and author_id <> new.user_id;
  return new; end $$;
create trigger notify_like after insert on public.likes for each row execute function public.notify_like();
alter table public.profiles enable row level security; alter table public.follows enable row level security;
alter table public.blocks enable row level security; alter table public.posts enable row level security;
alter table public.likes enable row level security; alter table public.notifications enable row level security;
create policy "profiles are public" on public.profiles for select using (not public.is_blocked(id));
create policy "create own" on public.profiles for insert to authenticated with check (id = (select auth.uid()));
create policy "update own" on public.profiles for update to authenticated using (id = (select auth.uid()));
create policy "see own follows" on public.follows for select to authenticated using ((select auth.uid()) in (follower_id, followee_id));
create policy "request" on public.follows for insert to authenticated with check (follower_id = (select auth.uid()) and not public.is_blocked(followee_id)
  and (status = 'requested' or exists (select from public.profiles p where p.id = followee_id and not p.is_private)));
create policy "accept" on public.follows for update to authenticated using (followee_id = (select auth.uid())) with check (followee_id = (select auth.uid()) and status = 'accepted');
revoke update on public.follows from authenticated, anon; grant update (status) on public.follows to authenticated;
create policy "unfollow" on public.follows for delete to authenticated using ((select auth.uid()) in (follower_id, followee_id));
create policy "own blocks" on public.blocks for all to authenticated using (blocker_id = (select auth.uid())) with check (blocker_id = (select auth.uid()));
create policy "read" on public.posts for select using (public.may_see(author_id));
create policy "write" on public.posts for insert to authenticated with check (author_id = (select auth.uid()));
create policy "edit" on public.posts for update to authenticated using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy "remove" on public.posts for delete to authenticated using (author_id = (select auth.uid()));
create policy "see likes" on public.likes for select using (exists (select from public.posts p where p.id = post_id));
create policy "like" on public.likes for insert to authenticated with check (user_id = (select auth.uid()) and exists (select from public.posts p where p.id = post_id));
create policy "unlike" on public.likes for delete to authenticated using (user_id = (select auth.uid()));
create policy "own notifications" on public.notifications for select to authenticated using (user_id = (select auth.uid()));
create policy "mark read" on public.notifications for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
