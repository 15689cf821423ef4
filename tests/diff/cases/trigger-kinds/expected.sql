-- change.sql

-- Written by kitdb generate: +1 trigger, ~4 triggers, ~1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.t is written anew

drop trigger a on public.t;

drop trigger b on public.t;

drop trigger c on public.t;

drop trigger d on public.u;

alter table public.t alter column a type bigint;

create trigger a before insert or update on public.t for each row when (new.a > 1) execute function public.f();

create trigger b after update on public.t referencing old table as old_rows new table as new_rows for each statement execute function public.f();

create constraint trigger c after insert on public.t from public.u deferrable initially deferred for each row execute function public.f();

create trigger d after insert on public.u for each statement execute function public.f('x', 'it''s');

alter table public.u disable trigger d;

create trigger e before truncate on public.u for each statement execute function public.f();

alter table public.u enable always trigger e;

comment on trigger e on public.u is 'e';
