-- change.sql

-- Written by kitdb generate: +1 trigger, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create or replace function public.f() returns trigger language plpgsql as 'begin perform 1 from fresh; return null; end';

create trigger tt after insert on public.t referencing new table as fresh for each statement execute function public.f();
