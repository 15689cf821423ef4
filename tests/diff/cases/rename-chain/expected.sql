-- change.sql

-- Written by kitdb generate: 6 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.middle rename to new;

alter table public.old rename to middle;

alter table public.t rename column b to d;

alter table public.t rename column a to b;

alter policy q on public.t rename to r;

alter policy p on public.t rename to q;
