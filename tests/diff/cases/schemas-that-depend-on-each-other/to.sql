-- flags: --rename none

create schema a;
create schema b;
create schema "c-d";
create type a.k as enum ('x', 'z', 'y');
create table b.t (id bigint primary key, k a.k);
create function b.f(k a.k) returns bigint language sql immutable as $$ select 1 $$;
create table a.u (id bigint primary key references b.t (id), n bigint default b.f('x'));
create view b.v as select u.n, t.k from a.u join b.t using (id);
create view "c-d".v as select * from b.v;
create table "c-d".link (u bigint references a.u on delete cascade, t bigint references b.t, primary key (u, t));
