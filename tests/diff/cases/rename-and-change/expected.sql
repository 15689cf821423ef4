-- change.sql

-- Written by kitdb generate: +1 column, ~2 columns, ~1 view, 3 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.songs is written anew
-- writes-rows: rows without public.songs.title get its default

alter table public.kits rename to songs;

alter table public.songs rename column name to title;

alter table public.songs rename constraint kits_pkey to songs_pkey;

drop view public.v;

alter table public.songs add column added date;

alter table public.songs alter column id type bigint;

alter table public.songs alter column title type text;

update public.songs set title = ''::text where title is null;

alter table public.songs add constraint songs_title_not_null check (title is not null) not valid;

alter table public.songs alter column title set default ''::text;

create view public.v as select title from public.songs;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.songs validate constraint songs_title_not_null;

alter table public.songs alter column title set not null;

alter table public.songs drop constraint songs_title_not_null;
