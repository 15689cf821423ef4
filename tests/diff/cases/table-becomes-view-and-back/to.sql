-- flags: --rename none --allow-destructive

create table public.thing (id int primary key, name text, kind text default 'item');
create view public.item as select id, name from public.thing where kind = 'item';
create table public.label (id int primary key, item int references public.thing, name text);
create materialized view public.named as select id, name from public.item;
grant select on public.item, public.named to anon;
