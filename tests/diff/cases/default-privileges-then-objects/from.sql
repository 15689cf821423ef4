create schema app;
grant usage on schema app to anon, authenticated;
alter default privileges in schema app grant select on tables to anon;
create table app.old (id int);
