create table public.base (id int primary key, note text default 'n', check (id > 0));
create table public.kid (extra int) inherits (public.base);
create table public.kid2 (more text, unique (note)) inherits (public.base);
