-- servers: 18
create extension btree_gist with schema extensions;
create table public.t (id int, at daterange, primary key (id, at without overlaps));
