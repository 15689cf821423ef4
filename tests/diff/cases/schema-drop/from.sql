create schema app;
create table app.t (id int primary key);
create function app.f() returns int language sql as $$ select 1 $$;
create type app.e as enum ('a');
create sequence app.s;
