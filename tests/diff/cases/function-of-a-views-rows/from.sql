create table public.t (id int primary key, a int);
create view public.v as select id, a from public.t;
create function public.f() returns setof public.v language sql stable as $$ select * from public.v $$;
create function public.g(r public.v) returns int language sql stable as $$ select r.a $$;
create function public.h() returns void language plpgsql as $$ declare r public.v%rowtype; begin select * into r from public.v; end $$;
