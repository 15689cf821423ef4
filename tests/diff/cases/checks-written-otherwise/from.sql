create table public.t (id int primary key, s text check (s in ('a', 'b')), at time check (at >= '00:00:00'), d date check (d is not distinct from '2024-01-01'), n numeric(5) default 0, v varchar(10) default 'x', j jsonb default '{}', a int[] default '{}', ts timestamptz default now(), check (s is null or s in ('a')));
create index t_s on public.t (id) where s in ('a', 'b');
create view public.v as select id, case when s like 'a%' then 1 else 2 end as k from public.t where s = any (array['a', 'b']) and not (id is null);
