create domain public.tag as text check (length(value) < 20);
create table public.p (id int primary key, tags public.tag[] not null default '{}');
