-- change.sql

-- Written by kitdb generate: +1 schema, +1 type, +1 column, +1 constraint, +1 view, +1 table, +1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create schema b;

create type b.kind as enum ('x', 'y');

create table b.u (id int primary key references a.t (id));

alter table a.t add column k b.kind not null default 'x'::b.kind;

create function b.f(k b.kind) returns boolean language sql immutable as $$ select k = 'x' $$;

alter table a.t add constraint t_k_check CHECK (b.f(k));

create view a.v as select u.id from b.u join a.t using (id);
