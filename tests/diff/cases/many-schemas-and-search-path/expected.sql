-- change.sql

-- Written by kitdb generate: +1 schema, +1 view, +1 function, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create schema private;

create function private.now_text(at timestamptz default now()) returns text language sql stable set search_path = app, public as $$ select at::text $$;

create or replace function app.now_text() returns text language sql stable as $$ select private.now_text() $$;

create view app.v with (security_invoker = on, security_barrier) as select app.now_text() as t;
