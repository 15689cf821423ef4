-- change.sql

-- Written by kitdb generate: ~1 trigger, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop trigger tr on public.t;

alter table public.t alter column b type bigint;

create trigger tr before update of a, b on public.t for each row when (old.b is distinct from new.b) execute function public.f();
