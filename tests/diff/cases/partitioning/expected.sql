-- change.sql

-- Written by kitdb generate: +1 table, ~1 table, ~1 constraint, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- copies-data: the rows of public.m are copied into a new table

drop index public.m_d;

alter table public.m drop constraint m_pkey;

alter table public.m rename to m__old;

create table public.m (id int, d date not null, primary key (id, d)) partition by range (d);

create table public.m_all partition of public.m default;

insert into public.m (id, d)
select id, d from public.m__old;

drop table public.m__old;

create index m_d on public.m (d);
