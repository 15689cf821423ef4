create table public.artists (id uuid primary key default gen_random_uuid(), name text not null);
create table public.songs (
  id bigint generated always as identity primary key,
  artist_id uuid not null references public.artists (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 200),
  plays integer not null default 0,
  tags text[] not null default '{}',
  unique (artist_id, title)
);
create index songs_plays on public.songs (plays desc) where plays > 0;
alter table public.songs enable row level security;
create policy "own songs" on public.songs for select to authenticated using (artist_id = (select auth.uid()));
grant select on public.songs to authenticated;
comment on table public.songs is 'What artists publish.';
comment on column public.songs.plays is 'How often; it''s kept by the database.';
