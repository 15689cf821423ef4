-- change.sql

-- Written by kitdb generate: +2 columns, +2 constraints, -2 constraints, -1 column, ~4 columns, ~2 defaults, ~2 constraints, ~1 table. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- deletes-data: column public.kid2.more, with its values
-- may-fail-on-data: check constraint "base_id_check" of relation "base" is violated by some row (SQLSTATE 23514) (seen with rows that were put in)
-- may-fail-on-data: constraint base_id_check of public.base: rows that break it stop the migration
-- may-fail-on-data: constraint kid2_note_id_key is unique: duplicates stop the migration
-- may-fail-on-data: constraint kid_id_check of public.kid: rows that break it stop the migration

alter table public.base drop constraint base_id_check;

alter table public.kid2 drop constraint kid2_note_key;

alter table public.kid no inherit public.base;

alter table public.kid add constraint kid_id_check CHECK ((id > 0)) not valid;

alter table public.base add column at date;

alter table public.base alter column id type bigint;

alter table public.base alter column note set default 'm'::text;

alter table public.base add constraint base_id_check CHECK ((id > 1)) not valid;

alter table public.kid2 alter column note set default 'm'::text;

alter table public.kid2 drop column more;

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create unique index concurrently kid2_note_id_key on public.kid2 using btree (note, id);

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.kid validate constraint kid_id_check;

alter table public.base validate constraint base_id_check;

alter table public.kid2 add constraint kid2_note_id_key unique using index kid2_note_id_key;
