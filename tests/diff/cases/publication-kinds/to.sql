create table public.a (id int primary key, x int);
create table public.b (id int primary key, x int);
create schema app;
create publication one for tables in schema public, app with (publish = 'insert');
create publication two for table public.b where (id > 2) with (publish_via_partition_root = true);
create publication "new ""one""" for table public.a (id), public.b;
comment on publication one is 'of schemas';
