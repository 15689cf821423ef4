-- change.sql

-- Written by kitdb generate: +1 table, ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- copies-data: the rows of public.t are copied into a new table

alter table public.t rename to t__old;

create table public.t (id int not null, a text, d date not null) partition by range (d);

comment on column public.t.a is 'a';

grant select (a), update (a, d) on public.t to anon;

create table public.t_all partition of public.t default;

insert into public.t (id, a, d)
select id, a, d from public.t__old;

drop table public.t__old;
