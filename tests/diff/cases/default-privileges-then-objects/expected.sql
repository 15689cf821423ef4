-- change.sql

-- Written by kitdb generate: +1 sequence, +1 table, +1 view, +1 function, +1 grant, -1 grant.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter default privileges for role postgres in schema app grant insert on tables to authenticated;

alter default privileges for role postgres in schema app grant select on tables to authenticated;

alter default privileges for role postgres in schema app revoke select on tables from anon;

alter default privileges for role postgres revoke execute on functions from public;

create sequence app.s;

create table app.new (id serial, note text);

revoke insert on app.new from authenticated;

grant update (note) on app.new to authenticated;

create function app.f() returns int language sql as $$ select 1 $$;

grant execute on function app.f() to anon;

create view app.seen as select id from app.new;

revoke usage on schema app from anon;

grant select, insert on app.old to authenticated;
