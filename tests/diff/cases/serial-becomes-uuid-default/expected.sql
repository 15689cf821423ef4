-- change.sql

-- Written by kitdb generate: -1 sequence, ~2 columns, ~1 default. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.c.t, with its values
-- deletes-data: column public.t.id, with its values
-- rewrites-table: every row of public.t is written anew

alter table public.c drop column t;

alter table public.t drop column id;

alter table public.c add column t uuid;

alter table public.t add column id uuid not null default gen_random_uuid();

alter table public.t add constraint t_pkey PRIMARY KEY (id);

alter table public.c add constraint c_t_fkey FOREIGN KEY (t) REFERENCES public.t(id);
