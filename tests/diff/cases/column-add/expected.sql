-- change.sql

-- Written by kitdb generate: +5 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

alter table public.t add column name text not null default 'x'::text;

alter table public.t add column n numeric(10,2);

alter table public.t add column created_at timestamp with time zone not null default now();

alter table public.t add column code text collate pg_catalog."C";

alter table public.t add column up text generated always as (upper(name)) stored;

comment on column public.t.n is 'a number';
