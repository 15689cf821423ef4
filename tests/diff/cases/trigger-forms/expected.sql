-- change.sql

-- Written by kitdb generate: ~3 triggers, ~2 columns, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.b becomes character varying(5): values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

drop trigger audit on public.t;

drop trigger later on public.t;

drop trigger touch on public.t;

alter table public.t alter column a type bigint;

alter table public.t alter column b type character varying(5);

create trigger audit after insert on public.t referencing new table as n for each statement execute function public.audit();

create constraint trigger later after insert or delete on public.t deferrable for each row execute function public.audit();

create or replace function public.touch() returns trigger language plpgsql set search_path = '' as $$ begin new.updated_at := now(); return new; end $$;

create trigger touch before update of a, b on public.t for each row when (old.a is distinct from new.a) execute function public.touch('x', 'y''z');

alter table public.t disable trigger touch;
