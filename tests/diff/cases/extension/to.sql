create extension citext with schema extensions;
create table public.t (id int primary key, mail extensions.citext unique);
