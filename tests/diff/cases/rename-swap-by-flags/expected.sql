-- change.sql

-- Written by kitdb generate: 12 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.one rename to one__old;

alter table public.two rename to one;

alter table public.one__old rename to two;

alter table public.t rename column a to a__old;

alter table public.t rename column b to a;

alter table public.t rename column a__old to b;

alter table public.one rename constraint two_pkey to two_pkey__old;

alter table public.two rename constraint one_pkey to two_pkey;

alter table public.one rename constraint two_pkey__old to one_pkey;

alter sequence public.two_n_seq rename to two_n_seq__old;

alter sequence public.one_n_seq rename to two_n_seq;

alter sequence public.two_n_seq__old rename to one_n_seq;
