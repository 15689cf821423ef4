create table public.a (id int primary key, x bigint);
alter publication supabase_realtime add table public.a (id, x) where (x > 1);
