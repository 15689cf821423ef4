create table public.a (id int primary key, n int, secret text);
create table public.b (id int primary key);
create publication pub for table public.a, public.b;
