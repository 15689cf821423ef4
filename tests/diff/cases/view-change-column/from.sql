create table public.t (id int primary key, a text, b text);
create view public.v as select id, a from public.t;
create view public.w as select id from public.v;
create function public.f() returns setof public.v language sql as $$ select * from public.v $$;
create function public.go() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger go instead of insert on public.v for each row execute function public.go();
grant select on public.v, public.w to anon;
grant insert on public.v to service_role;
comment on column public.v.id is 'key';
