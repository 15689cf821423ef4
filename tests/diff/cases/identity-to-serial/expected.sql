-- change.sql

-- Written by kitdb generate: ~1 sequence, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter sequence public.t_id_seq rename to t_id_seq__old;

create sequence public.t_id_seq as integer;

alter sequence public.t_id_seq owned by public.t.id;

select setval('public.t_id_seq', last_value, is_called) from public.t_id_seq__old;

alter table public.t alter column id drop identity;

alter table public.t alter column id set default nextval('public.t_id_seq'::regclass);
