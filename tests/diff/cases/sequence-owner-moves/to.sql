create table public.a (id int);
create table public.b (id int);
create sequence public.s owned by public.b.id;
alter table public.b alter column id set default nextval('public.s');
