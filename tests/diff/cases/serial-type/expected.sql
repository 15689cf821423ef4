-- change.sql

-- Written by kitdb generate: ~1 sequence, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

alter sequence public.t_id_seq as bigint maxvalue 9223372036854775807;

alter table public.t alter column id type bigint;
