-- change.sql

-- Written by kitdb generate: 4 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.people rename to persons;

alter table public.persons rename column nam to name;

alter table public.persons rename constraint people_pkey to persons_pkey;

alter index public.people_nam rename to persons_name;
