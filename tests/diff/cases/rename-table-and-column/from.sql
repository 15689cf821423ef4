create table public.kits (id serial primary key, name text not null, owner uuid);
create index kits_name on public.kits (name);
alter table public.kits enable row level security;
create policy own on public.kits using (owner = auth.uid());
create view public.v as select id, name from public.kits;
create table public.other (id int primary key, kit_id int references public.kits (id));
