-- change.sql

-- Written by kitdb generate: +1 column, +1 constraint, -1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_during_room_excl of public.t: rows that break it stop the migration

alter table public.t drop constraint t_during_excl;

alter table public.t add column room box;

alter table public.t add constraint t_during_room_excl EXCLUDE USING gist (during WITH &&, room WITH &&) WHERE ((during IS NOT NULL)) DEFERRABLE;
