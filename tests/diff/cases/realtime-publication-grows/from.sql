create table public.a (id int primary key);
create table public.b (id int primary key, secret text);
create publication live for table public.a;
