-- change.sql

-- Written by kitdb generate: +1 extension, +1 column, +1 constraint, +1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint booking_no_overlap of public.booking: rows that break it stop the migration

create extension if not exists btree_gist with schema extensions;

alter table public.booking add column cancelled boolean not null default false;

alter table public.booking add constraint booking_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE ((NOT cancelled)) DEFERRABLE INITIALLY DEFERRED;

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently booking_hash on public.booking using hash (room);
