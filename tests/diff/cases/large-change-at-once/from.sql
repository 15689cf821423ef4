create type public.kind as enum ('a', 'b');
create table public.orgs (id serial primary key, name varchar(50));
create table public.docs (id serial primary key, org_id int references public.orgs (id), kind public.kind not null default 'a', body text);
create view public.d as select docs.id, orgs.name, docs.kind from public.docs join public.orgs on orgs.id = docs.org_id;
create function public.docs_of(o int) returns setof public.docs language sql stable as $$ select * from public.docs where org_id = o $$;
alter table public.docs enable row level security;
create policy p on public.docs using (kind = 'a');
