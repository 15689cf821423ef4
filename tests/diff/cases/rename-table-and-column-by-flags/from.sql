create table public.people (id int primary key, nam text);
create index people_nam on public.people (nam);
