create type public.span as range (subtype = int);
create table public.t (id int primary key, s public.span, ss public.span[], exclude using gist (s with &&));
create function public.f(s public.span) returns int language sql immutable as $$ select lower(s) $$;
create view public.v as select s from public.t;
