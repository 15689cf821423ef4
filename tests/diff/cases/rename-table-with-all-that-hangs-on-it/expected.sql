-- change.sql

-- Written by kitdb generate: ~1 function, 7 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.kits rename to sets;

alter table public.sets rename constraint kits_name_check to sets_name_check;

alter table public.sets rename constraint kits_name_key to sets_name_key;

alter table public.sets rename constraint kits_parent_fkey to sets_parent_fkey;

alter table public.sets rename constraint kits_pkey to sets_pkey;

alter index public.kits_parent rename to sets_parent;

alter sequence public.kits_id_seq rename to sets_id_seq;

create or replace function public.f() returns setof public.sets language sql stable as $$ select * from public.sets $$;
