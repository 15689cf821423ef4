-- change.sql

-- Written by kitdb generate: +1 trigger, -1 trigger, ~3 triggers.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop trigger four on public.t;

drop trigger one on public.t;

drop trigger three on public.t;

create trigger five after delete on public.t referencing old table as was for each statement execute function public.f();

alter table public.t enable always trigger five;

create constraint trigger four after insert on public.t for each row execute function public.f();

create trigger one before insert or update of a on public.t for each row when (new.a is not null) execute function public.f('x');

alter table public.t disable trigger two;

comment on trigger two on public.t is 'sleeps';
