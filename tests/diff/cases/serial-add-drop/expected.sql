-- change.sql

-- Written by kitdb generate: +1 column, +1 constraint, -1 sequence, -1 column. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.t.old, with its values
-- rewrites-table: every row of public.t is written anew

alter table public.t add column id bigserial;

alter table public.t add constraint t_pkey PRIMARY KEY (id);

alter table public.t drop column old;
