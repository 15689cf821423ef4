create table public.t (id int primary key, n numeric(10, 2), at timestamp);
create view public.a as select id, n, at from public.t;
create view public.b with (security_invoker = true) as select a.id, a.n * 2 as n from public.a;
create view public.c as select sum(b.n) as total from public.b;
grant select on public.b to anon;
grant select (n) on public.a to authenticated;
comment on column public.b.n is 'n';
create trigger tr instead of insert on public.a for each row execute function public.f();
create function public.f() returns trigger language plpgsql as $$ begin return new; end $$;
