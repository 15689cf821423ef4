create table public.t (id int primary key, a text);
comment on table public.t is 'new';
create schema app;
comment on schema app is 'things';
comment on constraint t_pkey on public.t is 'key';
comment on index public.t_pkey is 'its index';
