create table public.t (id int, s text, at time, d date, n numeric(5,0) default '0'::int, v character varying(10) default 'x'::varchar, j jsonb default '{}'::jsonb, a integer[] default array[]::integer[], ts timestamp with time zone default current_timestamp, constraint t_pkey primary key (id));
alter table public.t add constraint t_s_check check (s = any (array['a'::text, 'b']));
alter table public.t add constraint t_at_check check (at >= time '00:00');
alter table public.t add constraint t_d_check check (not d is distinct from date '2024-01-01');
alter table public.t add constraint t_check check (s is null or s = 'a');
create index t_s on public.t using btree (id asc nulls last) where s = any (array['a', 'b']);
create or replace view public.v as select t.id, case when t.s ~~ 'a%' then 1 else 2 end as k from public.t t where t.s in ('a', 'b') and (t.id is not null);
