-- change.sql

-- Written by kitdb generate: +1 sequence, +1 table, -1 sequence, ~1 sequence.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: sequence public.gone is dropped

create sequence public.made start with 5;

select setval('public.s', least(greatest(last_value, 100), 1000), is_called and last_value = least(greatest(last_value, 100), 1000)) from public.s;

alter sequence public.s as integer increment by 2 minvalue 100 maxvalue 1000 start with 200 cache 5 cycle;

create table public.t (n int default nextval('public.made'));

drop sequence public.gone;
