create type public.mood as enum ('sad', 'glad');
create type public.size as (width int, height int);
create table public.things (
  id int primary key, tags jsonb not null default '[]', moods text[], doc jsonb, n bigint not null default 0,
  flag smallint default 1, size jsonb, span int8range, at timestamp, day timestamptz, key uuid, label text[]
);
create view public.tagged as select id, tags from public.things;
create policy own on public.things using (tags is not null);
