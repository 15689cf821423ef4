-- A small library with everything in its place. The tests open one hole at a time.
create schema private;

create type public.mood as enum ('calm', 'busy', 'closed');

-- composite key; who belongs to which shelf
create table public.shelves (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null default auth.uid() references auth.users on delete cascade,
  name text not null check (char_length(name) between 1 and 40),
  mood public.mood not null default 'calm'
);
create table public.readers (
  shelf_id uuid references public.shelves on delete cascade,
  user_id uuid references auth.users on delete cascade,
  level text not null check (level in ('read', 'write')),
  primary key (shelf_id, user_id)
);

create table public.books (
  id bigint generated always as identity primary key,
  shelf_id uuid references public.shelves on delete cascade,
  author_id uuid not null default auth.uid() references auth.users on delete cascade,
  title text not null check (title ~ '^[A-Z][a-z]{2,20}$'),
  blurb text,
  is_public boolean not null default false,
  publish_at timestamptz,
  pages int not null default 10 check (pages > 0),
  reads int not null default 0,
  updated_at timestamptz not null default now()
);

-- reserved words, quotes, spaces and letters beyond ASCII
create table public."Loan Cards" (
  "select" uuid primary key default gen_random_uuid(),
  "user id" uuid not null references auth.users on delete cascade,
  "Größe ""L""" text,
  "order" text not null default 'none'
);

-- no primary key
create table public.tags (owner_id uuid not null, label text not null, weight int);

-- append-only
create table public.visits (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references auth.users on delete set null,
  what text not null
);

create function private.touch() returns trigger language plpgsql set search_path = '' as
  $$ begin new.updated_at := now(); return new; end $$;
create trigger touch before update on public.books for each row execute function private.touch();

create function private.keep() returns trigger language plpgsql set search_path = '' as
  $$ begin raise exception 'visits are kept'; end $$;
create trigger keep before update or delete on public.visits for each row execute function private.keep();

-- looks past the policies of readers, which look at shelves
create function private.my_shelves() returns setof uuid language sql stable security definer set search_path = '' as
  $$ select shelf_id from public.readers where user_id = (select auth.uid()) $$;
revoke execute on function private.my_shelves() from public;
grant execute on function private.my_shelves() to authenticated;

create function public.count_books() returns bigint language sql stable set search_path = '' as
  $$ select count(*) from public.books $$;
create function public.purge(wanted uuid) returns bigint language sql security definer set search_path = '' as
  $$ with gone as (delete from public.books where shelf_id = wanted returning 1) select count(*) from gone $$;
revoke execute on function public.count_books(), public.purge(uuid) from public, anon, authenticated, service_role;
grant execute on function public.count_books() to authenticated;
grant execute on function public.purge(uuid) to service_role;

create view public.front_page with (security_invoker = true) as select id, title from public.books where is_public;

alter table public.shelves enable row level security;
alter table public.readers enable row level security;
alter table public.books enable row level security;
alter table public."Loan Cards" enable row level security;
alter table public.tags enable row level security;
alter table public.visits enable row level security;

revoke all on all tables in schema public from public, anon, authenticated, service_role;
revoke all on all sequences in schema public from public, anon, authenticated, service_role;
grant select, insert, delete on public.shelves to authenticated;
grant update (name, mood) on public.shelves to authenticated;
grant select on public.readers to authenticated;
grant select on public.books to anon;
grant select, delete on public.books to authenticated;
grant insert (shelf_id, author_id, title, blurb, is_public, publish_at, pages) on public.books to authenticated;
grant update (shelf_id, title, blurb, is_public, publish_at, pages) on public.books to authenticated;
grant select, insert, update, delete on public."Loan Cards" to authenticated;
grant select, insert, delete on public.tags to authenticated;
grant select, insert on public.visits to service_role;
grant select (id, what) on public.visits to authenticated;
grant select on public.front_page to anon, authenticated;

create policy shelves_select on public.shelves for select to authenticated
  using (owner_id = (select auth.uid()) or id in (select private.my_shelves()));
create policy shelves_insert on public.shelves for insert to authenticated
  with check (owner_id = (select auth.uid()));
create policy shelves_update on public.shelves for update to authenticated
  using (owner_id = (select auth.uid()));
create policy shelves_delete on public.shelves for delete to authenticated
  using (owner_id = (select auth.uid()));

create policy readers_select on public.readers for select to authenticated
  using (user_id = (select auth.uid()));

create policy books_select_anon on public.books for select to anon
  using (is_public and publish_at <= now());
create policy books_select on public.books for select to authenticated
  using (
    (is_public and publish_at <= now())
    or author_id = (select auth.uid())
    or exists (select from public.readers r where r.shelf_id = books.shelf_id and r.user_id = (select auth.uid()))
  );
create policy books_insert on public.books for insert to authenticated
  with check (
    author_id = (select auth.uid())
    and (shelf_id is null or exists (
      select from public.shelves s where s.id = books.shelf_id and s.owner_id = (select auth.uid())))
  );
create policy books_update on public.books for update to authenticated
  using (author_id = (select auth.uid()))
  with check (
    author_id = (select auth.uid())
    and (shelf_id is null or exists (
      select from public.shelves s where s.id = books.shelf_id and s.owner_id = (select auth.uid())))
  );
create policy books_delete on public.books for delete to authenticated
  using (author_id = (select auth.uid()));
-- no anonymous sign-in keeps a library card, whatever the permissive policy says
create policy cards on public."Loan Cards" for all to authenticated
  using ("user id" = (select auth.uid()));
create policy cards_for_members on public."Loan Cards" as restrictive for all to authenticated
  using (coalesce(((select auth.jwt()) ->> 'is_anonymous')::boolean, false) = false);
create policy tags_all on public.tags for all to authenticated
  using (owner_id = (select auth.uid()));
create policy visits_select on public.visits for select to authenticated
  using ((select auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');

insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('scans', 'scans', false);
create policy avatars_select on storage.objects for select to anon, authenticated
  using (bucket_id = 'avatars');
create policy avatars_write on storage.objects for insert to authenticated
  with check (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy avatars_update on storage.objects for update to authenticated
  using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy avatars_delete on storage.objects for delete to authenticated
  using (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text);
