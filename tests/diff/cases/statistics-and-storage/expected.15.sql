-- change.sql

-- Written by kitdb generate: ~1 table, ~3 columns, ~1 statistics.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop statistics public.st;

alter table public.t reset (fillfactor);

alter table public.t set (autovacuum_enabled = false, toast.autovacuum_enabled = false);

alter table public.t alter column a reset (n_distinct);

alter table public.t alter column c set storage main;

alter table public.t alter column c set statistics -1;

alter table public.t alter column d set storage extended;

alter table public.t alter column d set compression pglz;

create statistics public.st (ndistinct, mcv) ON a, b, lower(c) FROM public.t;

alter statistics public.st set statistics 200;

comment on statistics public.st is 'y';
