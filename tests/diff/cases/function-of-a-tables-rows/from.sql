create table public.t (id int primary key, a int);
create function public.label(r public.t) returns text language sql stable as $$ select r.a::text $$;
create view public.v as select t.id, public.label(t.*) as label from public.t;
