create table public.a (id int primary key, x int, y int);
create table public.b (id int primary key);
alter publication supabase_realtime add table public.a;
create publication old for table public.a;
