-- flags: --rename people=persons --rename people.nam=name
create table public.persons (id int primary key, name text);
create index persons_name on public.persons (name);
