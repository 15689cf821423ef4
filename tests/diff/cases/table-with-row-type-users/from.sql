create table public.t (id int primary key, a text, gone int);
create function public.full_a(t public.t) returns text language sql stable as $$ select t.a $$;
create function public.all_t() returns setof public.t language sql stable as $$ select * from public.t $$;
create table public.holder (one public.t, many public.t[]);
create view public.v as select t, t.a from public.t;
