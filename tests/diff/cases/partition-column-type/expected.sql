-- change.sql

-- Written by kitdb generate: ~2 columns, ~2 defaults.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.m1 is written anew
-- writes-rows: rows without public.m.n get its default

drop view public.v;

alter table public.m alter column n drop default;

alter table public.m1 alter column n drop default;

alter table public.m alter column n type bigint;

update public.m set n = 2 where n is null;

alter table public.m alter column n set not null;

alter table public.m alter column n set default 2;

alter table public.m1 alter column n set default 2;

create view public.v as select n from public.m1;
