-- change.sql

-- Written by kitdb generate: ~1 type, ~2 columns. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: attribute gone of type public.c, with its values
-- rewrites-table: every row of public.t is written anew

alter type public.c rename to c__old;

create type public.c as (b text, a text);

alter table public.t alter column c type public.c using case when c is not distinct from null then null else row((c).b, (c).a)::public.c end;

alter table public.t alter column n type public.c using case when n is not distinct from null then null else row((n).b, (n).a)::public.c end;

drop type public.c__old;
