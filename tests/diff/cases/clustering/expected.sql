-- change.sql

-- Written by kitdb generate: +1 constraint, +1 index, +1 table, ~4 tables, ~1 column, ~1 materialized view, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint grows_n of public.grows: rows that break it stop the migration
-- may-fail-on-data: public.grows.n becomes NOT NULL: rows without a value stop the migration

drop index public.replaced_at;

create table public.new (id int primary key, at date);

create index new_at on public.new (at);

alter table public.grows alter column n set not null;

alter table public.grows add constraint grows_n UNIQUE (n);

create index grows_at on public.grows (at);

alter table public.grows replica identity using index grows_n;

alter table public.grows cluster on grows_at;

create index replaced_at on public.replaced (at desc);

alter materialized view public.mv cluster on mv_id;

alter table public."Other one" cluster on "Other one_pkey";

alter table public.marked cluster on marked_at;

alter table public.unmarked set without cluster;

alter table public.new cluster on new_at;

alter table public.replaced cluster on replaced_at;
