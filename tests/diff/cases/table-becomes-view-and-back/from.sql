create table public.item (id int primary key, name text);
create table public.label (id int primary key, item int references public.item, name text);
create view public.named as select id, name from public.item;
grant select on public.item, public.named to anon;
