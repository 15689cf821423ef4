create schema x;
create type x.e as enum ('a');
create domain x.d as x.e;
create table x.p (id serial primary key, e x.e default 'a', d x.d) partition by range (id);
create table x.p1 partition of x.p for values from (1) to (100);
create function x.f(r x.p) returns x.e language sql as $$ select r.e $$;
create view x.v as select x.f(p) from x.p;
create materialized view x.m as select * from x.v;
create statistics x.s on id, e from x.p;
