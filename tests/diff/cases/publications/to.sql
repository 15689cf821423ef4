create table public.a (id int primary key, x int, y int);
create table public.b (id int primary key);
alter publication supabase_realtime add table public.b, public.a (id, x) where (id > 3);
create publication new for table public.b with (publish = 'insert');
