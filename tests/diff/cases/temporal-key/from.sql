create extension btree_gist with schema extensions;
create table public.t (id int, at daterange);
