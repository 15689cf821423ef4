-- kitdb: renamed from kits
create table public.songs (
  id serial primary key,
  -- kitdb: renamed from name
  title text not null,
  owner uuid
);
create index songs_title on public.songs (title);
alter table public.songs enable row level security;
create policy own on public.songs using (owner = auth.uid());
create view public.v as select id, title as name from public.songs;
create table public.other (id int primary key, kit_id int references public.songs (id));
