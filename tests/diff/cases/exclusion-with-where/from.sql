create extension if not exists btree_gist with schema extensions;
create table public.r (room int, during tstzrange, live boolean);
