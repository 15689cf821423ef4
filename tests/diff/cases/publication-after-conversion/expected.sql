-- change.sql

-- Written by kitdb generate: +1 table, ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- copies-data: the rows of public.m are copied into a new table

drop view public.v;

alter table public.m drop constraint m_pkey;

alter table public.m rename to m__old;

create table public.m (id int not null, d date not null, primary key (id, d)) partition by range (d);

alter table public.m enable row level security;

create policy p on public.m for select to anon using (true);

alter publication supabase_realtime add table public.m;

comment on table public.m is 'kept';

grant select on public.m to anon;

create table public.m_all partition of public.m default;

insert into public.m (id, d)
select id, d from public.m__old;

drop table public.m__old;

create view public.v as select id from public.m;
