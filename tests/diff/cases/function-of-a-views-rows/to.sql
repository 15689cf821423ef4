create table public.t (id int primary key, a bigint, b text);
create view public.v as select b, id, a from public.t;
create function public.f() returns setof public.v language sql stable as $$ select * from public.v $$;
create function public.g(r public.v) returns int language sql stable as $$ select r.a::int $$;
create function public.h() returns void language plpgsql as $$ declare r public.v%rowtype; begin select * into r from public.v; end $$;
