create table public.a (id serial primary key, b int references public.a (id), c text unique);
create type public.e as enum ('x', 'y');
alter table public.a add column e public.e not null default 'x';
grant select, insert on public.a to anon, authenticated;
create function public.f(x int) returns int language sql as $$ select x $$;
revoke all on function public.f(int) from public;
grant execute on function public.f(int) to anon;
create view public.v as select a1.id, a2.c from public.a a1 join public.a a2 on a1.b = a2.id;
