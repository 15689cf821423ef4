-- change.sql

-- Written by kitdb generate: +1 schema, +1 table, +1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create schema app;

alter default privileges for role postgres in schema app grant select on tables to authenticated;

alter default privileges for role postgres in schema app grant usage on sequences to authenticated;

create table app.t (id serial primary key);

create function app.f() returns int language sql as $$ select 1 $$;
