grant authenticator to postgres;
grant create on schema public to authenticator;
create type public.kind as enum ('drum');
alter type public.kind owner to authenticator;
create schema "More things";
grant create, usage on schema "More things" to authenticator;
create table "More things".t (id int primary key);
alter table "More things".t owner to authenticator;
