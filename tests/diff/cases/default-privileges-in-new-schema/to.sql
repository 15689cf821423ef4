create schema app;
alter default privileges in schema app grant select on tables to authenticated;
alter default privileges in schema app grant usage on sequences to authenticated;
alter default privileges in schema app revoke execute on functions from public;
create table app.t (id serial primary key);
create function app.f() returns int language sql as $$ select 1 $$;
