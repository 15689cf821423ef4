create table public.kits (id serial primary key, name text unique check (name <> ''), parent int references public.kits (id));
create index kits_parent on public.kits (parent);
alter table public.kits enable row level security;
create policy own on public.kits using (id in (select k.parent from public.kits k));
create function public.f() returns setof public.kits language sql stable as $$ select * from public.kits $$;
create view public.v as select * from public.kits;
create trigger tr before insert on public.kits for each row execute function public.tf();
create function public.tf() returns trigger language plpgsql as $$ begin return new; end $$;
grant select on public.kits to anon;
