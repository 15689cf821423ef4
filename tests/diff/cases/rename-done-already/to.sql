-- kitdb: renamed from kits
create table public.songs (
  id int primary key,
  -- kitdb: renamed from name
  title text,
  more int
);
