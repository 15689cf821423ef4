-- change.sql

-- Written by kitdb generate: ~2 types. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: attribute a of type public.pair, with its values

alter type public.other rename to other__old;

create type public.other as (x bigint, y text);

alter type public.pair drop attribute a;

alter type public.pair add attribute c date;

drop type public.other__old;
