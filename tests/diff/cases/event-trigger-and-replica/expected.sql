-- change.sql

-- Written by kitdb generate: +1 event trigger, ~1 table, ~2 columns, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

alter table public.t alter column id type bigint;

alter table public.t alter column u type character varying;

alter table public.t replica identity full;

create or replace function public.on_ddl() returns event_trigger language plpgsql as $$ begin raise notice 'x'; end $$;

create event trigger watch on ddl_command_end
  when tag in ('CREATE TABLE', 'DROP TABLE')
  execute function public.on_ddl();
