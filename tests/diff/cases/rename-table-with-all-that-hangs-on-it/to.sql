-- kitdb: renamed from kits
create table public.sets (id serial primary key, name text unique check (name <> ''), parent int references public.sets (id));
create index sets_parent on public.sets (parent);
alter table public.sets enable row level security;
create policy own on public.sets using (id in (select k.parent from public.sets k));
create function public.f() returns setof public.sets language sql stable as $$ select * from public.sets $$;
create view public.v as select * from public.sets;
create trigger tr before insert on public.sets for each row execute function public.tf();
create function public.tf() returns trigger language plpgsql as $$ begin return new; end $$;
grant select on public.sets to anon;
