-- change.sql

-- Written by kitdb generate: +1 statistics, -1 statistics, ~1 column, ~2 statistics.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop statistics public.gone;

drop statistics public.s;

alter table public.t alter column a type bigint;

create statistics public."new ones" ON a, lower(c) FROM public.t;

create statistics public.s (ndistinct, dependencies) ON a, b FROM public.t;

alter statistics public.kept set statistics 500;

comment on statistics public.kept is 'kept';
