-- change.sql

-- Written by kitdb generate: +1 index, ~3 indexes.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: index t_b is unique: duplicates stop the migration

drop index public.t_a;

drop index public.t_b;

drop index public.t_c;

create index t_a on public.t (a text_pattern_ops desc nulls last);

create unique index t_b on public.t (b) include (c) where a is not null;

create index t_c on public.t using hash (c);

comment on index public.t_c is 'kept';

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently t_expr_lower_idx on public.t using btree (((b + 1)), lower(c) COLLATE "C");
