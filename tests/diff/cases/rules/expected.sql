-- change.sql

-- Written by kitdb generate: +1 rule, -1 rule, ~1 rule.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop rule gone on public.t;

create or replace rule new AS
    ON DELETE TO public.t DO INSTEAD NOTHING;

create or replace rule r AS
    ON INSERT TO public.t DO  INSERT INTO public.log (id)
  VALUES ((new.id + 1));

comment on rule new on public.t is 'never';
