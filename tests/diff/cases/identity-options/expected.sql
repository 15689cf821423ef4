-- change.sql

-- Written by kitdb generate: ~1 sequence.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

select setval('public.t_id_seq', least(greatest(last_value, 1), 1000), is_called and last_value = least(greatest(last_value, 1), 1000)) from public.t_id_seq;

alter sequence public.t_id_seq increment by 5 maxvalue 1000 cycle;
