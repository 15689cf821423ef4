-- flags: --rename a=app.b --rename e=kind --rename app.b.x=y --rename f=g
create schema app;
create table app.b (id int primary key, y text);
create type public.kind as enum ('a');
create function public.g(i int) returns int language sql as $$ select i $$;
