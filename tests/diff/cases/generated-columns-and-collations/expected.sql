-- change.sql

-- Written by kitdb generate: ~4 columns, ~2 indexes.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.first becomes character varying(50): values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

drop index public.t_last;

alter table public.t drop column full_name;

alter table public.t drop column search;

alter table public.t alter column first type character varying(50);

alter table public.t alter column last type text collate public.de;

alter table public.t add column full_name text generated always as (((COALESCE(first, ''::character varying))::text || ' '::text) || last) stored;

alter table public.t add column search tsvector generated always as (to_tsvector('english'::regconfig, ((COALESCE(first, ''::character varying))::text || COALESCE(last, ''::text)))) stored;

create index t_last on public.t (last, first collate "C" desc);

create index t_search on public.t using gin (search) with (fastupdate = off);
