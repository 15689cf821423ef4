-- change.sql

-- Written by kitdb generate: -1 schema, -2 types, -1 sequence, -1 materialized view, -1 table, -1 view, -1 function, ~1 column, ~1 default. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function app.f(app.e) is dropped
-- breaks-clients: materialized view app.m is dropped
-- breaks-clients: view app.v is dropped
-- deletes-data: table app.t, with its rows
-- rewrites-table: every row of public.kept is written anew

drop materialized view app.m;

drop view app.v;

alter table public.kept alter column e drop default;

alter table public.kept alter column e type text;

alter table public.kept alter column e set default 'a'::text;

drop function app.f(app.e);

drop table app.t;

drop domain app.d;

drop type app.e;

drop schema app;
