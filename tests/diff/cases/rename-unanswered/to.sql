-- fails: column public.kits.name is gone and column public.kits.title is new: renamed, or dropped and made\?
create table public.kits (id int primary key, title text);
