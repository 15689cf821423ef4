create table public.team (id int primary key, name text);
create table public.member (team int references public.team, uid uuid, primary key (team, uid));
