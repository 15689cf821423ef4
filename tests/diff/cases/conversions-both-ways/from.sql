create type public.mood as enum ('sad', 'glad');
create type public.size as (width int, height int);
create table public.things (
  id int primary key, tags text[] not null default '{}', moods public.mood[], doc json, n numeric(10,2) not null default 0,
  flag boolean default true, size public.size, span int4range, at timestamptz, day date, key jsonb, label text
);
create view public.tagged as select id, tags from public.things;
create policy own on public.things using (tags is not null);
