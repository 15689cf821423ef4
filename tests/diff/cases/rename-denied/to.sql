-- flags: --rename none --allow-destructive
create table public.kits (id int primary key, title text);
