-- change.sql

-- Written by kitdb generate: 5 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.kits rename to songs;

alter table public.songs rename column name to title;

alter table public.songs rename constraint kits_pkey to songs_pkey;

alter index public.kits_name rename to songs_title;

alter sequence public.kits_id_seq rename to songs_id_seq;
