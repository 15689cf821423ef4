-- change.sql

-- Written by kitdb generate: +1 policy, +1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create table public.songs (
  id bigint generated always as identity primary key,
  artist_id uuid not null references public.artists (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 200),
  plays integer not null default 0,
  tags text[] not null default '{}',
  unique (artist_id, title)
);

alter table public.songs enable row level security;

create index songs_plays on public.songs (plays desc) where plays > 0;

create policy "own songs" on public.songs for select to authenticated using (artist_id = (select auth.uid()));

comment on table public.songs is 'What artists publish.';

comment on column public.songs.plays is 'How often; it''s kept by the database.';

grant select on public.songs to authenticated;
