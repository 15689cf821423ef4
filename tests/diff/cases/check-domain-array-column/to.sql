create domain public.tag as text check (length(value) < 40);
create table public.p (id int primary key, tags public.tag[] not null default '{}');
