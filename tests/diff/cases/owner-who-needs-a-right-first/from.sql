create type public.kind as enum ('drum');
create schema "More things";
create table "More things".t (id int primary key);
