create function public.slug(t text) returns text language sql immutable as $$ select lower(t) $$;
create table public.kits (id int primary key, title text not null check (public.slug(title) <> ''), slug text generated always as (public.slug(title)) stored);
create function public.many() returns bigint language sql stable as $$ select count(*) from public.kits $$;
create function public.whole(k public.kits) returns text language sql stable as $$ select k.title $$;
create view public.counted as select public.many() as n;
