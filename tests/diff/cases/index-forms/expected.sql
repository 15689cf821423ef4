-- change.sql

-- Written by kitdb generate: +1 index, ~3 indexes.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: index t_b is unique: duplicates stop the migration

drop index public.t_c;

create index t_c on public.t using hash (c);

comment on index public.t_c is 'kept';

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently t_a__new on public.t using btree (a text_pattern_ops DESC NULLS LAST);

drop index concurrently public.t_a;

create unique index concurrently t_b__new on public.t using btree (b) INCLUDE (c) WHERE (a IS NOT NULL);

drop index concurrently public.t_b;

create index concurrently t_expr_lower_idx on public.t using btree (((b + 1)), lower(c) COLLATE "C");

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter index public.t_a__new rename to t_a;

alter index public.t_b__new rename to t_b;
