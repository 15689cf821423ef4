-- change.sql

-- Written by kitdb generate: -2 columns, ~3 tables, ~1 column. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- copies-data: the rows of public.m are copied into a new table
-- deletes-data: column public.m_rest.d, with its values
-- deletes-data: column public.m_rest.k, with its values

drop index public.m_id;

drop index public.only_leaf;

alter table public.m detach partition public.m_rest;

alter table public.m_rest alter column id drop not null;

alter table public.m_a_1 rename to m_a_1__old;

alter table public.m_a rename to m_a__old;

alter table public.m rename to m__old;

create table public.m (id int not null, k text, d date not null) partition by hash (k);

create table public.m_a partition of public.m for values with (modulus 1, remainder 0) partition by range (d);

create table public.m_a_1 partition of public.m_a default;

create index only_leaf on public.m_a_1 (d);

comment on table public.m_a_1 is 'leaf';

insert into public.m (id, k, d)
select id, k, d from public.m__old;

drop table public.m__old;

create index m_id on public.m (id);

alter table public.m_rest drop column d;

alter table public.m_rest drop column k;
