create table public.songs (id int primary key, title text);
