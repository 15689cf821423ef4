create schema app;
create type app.e as enum ('a');
create domain app.d as text;
create table app.t (id serial primary key, e app.e, d app.d);
create function app.f(e app.e) returns app.t language sql stable as $$ select * from app.t limit 1 $$;
create view app.v as select (app.f('a')).id;
create materialized view app.m as select * from app.v;
create table public.kept (id int primary key, e app.e default 'a');
