-- flags: --rename none

create type public.k as enum ('a', 'b');
create table public.t (id int primary key, k public.k not null default 'a', ks public.k[] default '{a}', j jsonb default '{}', n numeric(6, 2), b boolean default false, ts timestamptz);
create index t_k on public.t (k);
create view public.v as select k, ks from public.t;
