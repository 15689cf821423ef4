create table public.t (id int primary key, st text not null default 'a');
