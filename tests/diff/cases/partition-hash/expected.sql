-- change.sql

-- Written by kitdb generate: +3 columns, +1 constraint, +1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: constraint h_pkey of public.h: rows that break it stop the migration
-- may-fail-on-data: could not create unique index "h0_pkey" (SQLSTATE 23505) (seen with rows that were put in)
-- may-fail-on-data: index h0_n is unique: duplicates stop the migration

alter table public.h add column note text default 'x'::text;

alter table public.h add constraint h_pkey PRIMARY KEY (id);

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create unique index concurrently h0_n on public.h0 (n);
