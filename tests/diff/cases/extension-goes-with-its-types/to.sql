create table public.t (id int primary key, a text not null unique default 'x');
create index t_low on public.t (lower(a));
create view public.v as select a from public.t;
