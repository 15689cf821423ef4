create table public.t (id int primary key, a text);
comment on table public.t is 'old';
comment on column public.t.a is 'gone';
create schema app;
