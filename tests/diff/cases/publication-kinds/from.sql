create table public.a (id int primary key, x int);
create table public.b (id int primary key, x int);
create schema app;
create publication one for table public.a with (publish = 'insert, update');
create publication two for table public.a, public.b where (id > 1);
create publication gone for tables in schema public;
