-- flags: --rename none

create table public.a (id bigint primary key, n int, secret text);
create table public.b (id int primary key);
create table public.c (id int primary key);
create publication pub for table public.a (id, n) where (n > 3), public.c with (publish = 'insert, update');
