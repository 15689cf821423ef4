-- change.sql

-- Written by kitdb generate: ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- copies-data: the rows of public.m are copied into a new table

alter table public.m_all rename to m_all__old;

alter table public.m rename to m__old;

create table public.m (id int not null, d date not null) partition by range (id);

grant select on public.m to anon;

create table public.m_all partition of public.m default;

insert into public.m (id, d)
select id, d from public.m__old;

drop table public.m__old;
