-- change.sql

-- Written by kitdb generate: +1 table, +1 publication table, -1 publication table, ~1 column, ~1 publication, ~1 publication table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.a is written anew

alter publication pub drop table public.a;

alter publication pub drop table public.b;

create table public.c (id int primary key);

alter table public.a alter column id type bigint;

alter publication pub set (publish = 'insert, update', publish_via_partition_root = false);

alter publication pub add table public.a (id, n) where ((n > 3));

alter publication pub add table public.c;
