-- flags: --rename none

create schema app;
grant usage on schema app to authenticated;
alter default privileges in schema app grant select, insert on tables to authenticated;
alter default privileges in schema app revoke execute on functions from public;
alter default privileges revoke execute on functions from public;
create table app.old (id int);
grant select on app.old to anon;
create table app.new (id serial, note text);
revoke insert on app.new from authenticated;
grant update (note) on app.new to authenticated;
create view app.seen as select id from app.new;
create function app.f() returns int language sql as $$ select 1 $$;
grant execute on function app.f() to anon;
create sequence app.s;
