create extension if not exists btree_gist with schema extensions;
create table public.r (room int, during tstzrange, live boolean, constraint no_overlap exclude using gist (room with =, during with &&) where (live));
