-- change.sql

-- Written by kitdb generate: +1 schema, +1 function, -1 function, ~1 trigger.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.f() is dropped

drop trigger t on public.t;

create schema app;

create function app.f() returns trigger language plpgsql as $$ begin return new; end $$;

create trigger t before insert on public.t for each row execute function app.f();

alter table public.t enable replica trigger t;

comment on trigger t on public.t is 'kept';

drop function public.f();
