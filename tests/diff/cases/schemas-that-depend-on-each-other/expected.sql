-- change.sql

-- Written by kitdb generate: +1 schema, +1 table, +1 view, ~1 type, ~3 columns, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of a.u is written anew
-- rewrites-table: every row of b.t is written anew

drop view b.v;

alter table a.u alter column n drop default;

drop function b.f(a.k);

create schema "c-d";

alter type a.k add value 'z' after 'x';

alter table a.u alter column id type bigint;

alter table a.u alter column n type bigint;

alter table b.t alter column id type bigint;

create table "c-d".link (u bigint references a.u on delete cascade, t bigint references b.t, primary key (u, t));

create function b.f(k a.k) returns bigint language sql immutable as $$ select 1 $$;

alter table a.u alter column n set default b.f('x'::a.k);

create view b.v as select u.n, t.k from a.u join b.t using (id);

create view "c-d".v as select * from b.v;
