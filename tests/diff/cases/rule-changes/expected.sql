-- change.sql

-- Written by kitdb generate: +2 rules, -1 rule, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop view public.v;

alter table public.t alter column id type bigint;

create or replace rule logged AS
    ON INSERT TO public.t
   WHERE (new.a IS NOT NULL) DO  INSERT INTO public.log (id, a)
  VALUES (1, new.a);

alter table public.t disable rule logged;

create view public.v as select id, a from public.t;

create or replace rule del AS
    ON DELETE TO public.v DO INSTEAD NOTHING;

create or replace rule ins AS
    ON INSERT TO public.v DO INSTEAD  INSERT INTO public.t (id, a)
  VALUES (new.id, new.a);
