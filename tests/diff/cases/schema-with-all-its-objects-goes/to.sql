-- flags: --allow-destructive
create table public.kept (id int primary key, e text default 'a');
