create schema a;
create schema b;
create type a.k as enum ('x', 'y');
create table b.t (id int primary key, k a.k);
create function b.f(k a.k) returns int language sql immutable as $$ select 1 $$;
create table a.u (id int primary key references b.t (id), n int default b.f('x'));
create view b.v as select u.n, t.k from a.u join b.t using (id);
