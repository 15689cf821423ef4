create table public.t (id int primary key, k text not null default 'a', ks text[] default '{a}', j text default '{}', n text, b int default 0, ts text, check (k in ('a', 'b')));
create index t_k on public.t (k);
create view public.v as select k, ks from public.t;
