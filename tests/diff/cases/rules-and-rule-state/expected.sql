-- change.sql

-- Written by kitdb generate: +2 columns, ~2 columns, ~2 rules.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.log is written anew
-- rewrites-table: every row of public.t is written anew

drop rule kept on public.t;

drop rule logged on public.t;

alter table public.log add column m text;

alter table public.log alter column n type bigint;

alter table public.t add column m text;

alter table public.t alter column n type bigint;

create or replace rule kept AS
    ON DELETE TO public.t
   WHERE (old.n > 10) DO INSTEAD NOTHING;

create or replace rule logged AS
    ON UPDATE TO public.t DO  INSERT INTO public.log (id, n, m)
  VALUES (new.id, new.n, new.m);

comment on rule kept on public.t is 'none goes';
