create schema a;
create schema b;
create type b.kind as enum ('x', 'y');
create function b.f(k b.kind) returns boolean language sql immutable as $$ select k = 'x' $$;
create table a.t (id int primary key, k b.kind not null default 'x', check (b.f(k)));
create table b.u (id int primary key references a.t (id));
create view a.v as select u.id from b.u join a.t using (id);
