-- kitdb: renamed from kits
create table public.songs (
  id bigint primary key,
  -- kitdb: renamed from name
  title text not null default '',
  n int,
  added date
);
create view public.v as select title from public.songs;
