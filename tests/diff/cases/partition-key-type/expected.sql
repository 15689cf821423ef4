-- change.sql

-- Written by kitdb generate: ~10 columns, ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- copies-data: the rows of public.readings are copied into a new table

drop view public.latest;

alter table public.readings_2026 rename to readings_2026__old;

alter table public.readings_rest_0 rename to readings_rest_0__old;

alter table public.readings_rest_1 rename to readings_rest_1__old;

alter table public.readings_rest rename to readings_rest__old;

alter table public.readings rename to readings__old;

create table public.readings (sensor bigint not null, at timestamptz not null, "a value" numeric, kind text default 'x') partition by range (at);

create table public.readings_2026 partition of public.readings for values from ('2026-01-01 00:00:00+00') to ('2027-01-01 00:00:00+00');

create table public.readings_rest partition of public.readings default partition by hash (sensor);

create table public.readings_rest_0 partition of public.readings_rest for values with (modulus 2, remainder 0);

create table public.readings_rest_1 partition of public.readings_rest for values with (modulus 2, remainder 1);

set local timezone = 'UTC';

insert into public.readings (sensor, at, "a value", kind)
select sensor, at, "a value", kind from public.readings__old;

drop table public.readings__old;

create view public.latest as select max(at) as at from public.readings;
