-- change.sql

-- Written by kitdb generate: ~1 column, ~2 statistics.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop statistics public.s2;

alter table public.t alter column a type bigint;

create statistics public.s2 (ndistinct) ON a, lower(c) FROM public.t;

alter statistics public.s1 set statistics 50;

comment on statistics public.s2 is 'two';
