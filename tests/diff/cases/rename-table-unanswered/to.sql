-- fails: table public.kits is gone and table public.songs is new
create table public.songs (id int primary key, name text, price int, owner uuid, added date);
