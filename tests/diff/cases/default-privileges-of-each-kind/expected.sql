-- change.sql

-- Written by kitdb generate: +1 schema, +1 type, +1 table, +1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create schema later;

grant usage on schema later to anon;

alter default privileges for role postgres grant usage on schemas to anon;

alter default privileges for role postgres in schema app grant execute on functions to service_role with grant option;

alter default privileges for role postgres in schema app grant insert on tables to authenticated;

alter default privileges for role postgres in schema app grant select on tables to authenticated;

alter default privileges for role postgres in schema app grant usage on sequences to anon;

alter default privileges for role postgres in schema app revoke select on tables from anon;

alter default privileges for role postgres revoke execute on functions from public;

alter default privileges for role postgres revoke usage on types from public;

create type app.e as enum ('a');

create table app.t (id serial primary key);

create function app.f() returns int language sql as $$ select 1 $$;
