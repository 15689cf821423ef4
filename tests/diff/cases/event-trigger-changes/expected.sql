-- change.sql

-- Written by kitdb generate: +1 function, +1 event trigger, -1 event trigger, ~2 event triggers.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop event trigger "gone one";

drop event trigger a;

create function public.g() returns event_trigger language plpgsql as $$ begin null; end $$;

create event trigger "new ""one""" on ddl_command_end
  execute function public.g();

create event trigger a on ddl_command_end
  when tag in ('ALTER TABLE', 'CREATE TABLE')
  execute function public.g();

alter event trigger b disable;

comment on event trigger b is 'not now';
