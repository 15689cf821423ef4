-- change.sql

-- Written by kitdb generate: +1 procedure, -1 sequence, ~1 constraint, ~1 type, ~1 materialized view, ~2 columns, ~1 index, ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: sequence s.q is dropped
-- rewrites-table: every row of s.t is written anew

drop materialized view s.m;

drop index s.t_n;

alter domain s.d drop constraint dc;

drop function s.f(integer);

alter type s.e add value 'y';

comment on type s.e is null;

alter table s.t alter column id type bigint;

alter table s.t alter column n type bigint;

create index t_n on s.t (n) where n > 5;

comment on table s.t is 'two
lines; -- and a semicolon';

comment on column s.t.n is 'n2';

comment on constraint t_pk on s.t is 'the key';

comment on index s.t_n is 'ix';

alter domain s.d add constraint dc CHECK ((VALUE > 2));

comment on constraint dc on domain s.d is 'dc';

create function s.f(a int, out b bigint) language sql as $$ select a $$;

comment on function s.f(integer) is 'f';

create procedure s.p() language sql as $$ select 1 $$;

comment on procedure s.p() is 'p';

create materialized view s.m as select 2 as one, 3 as two;

comment on materialized view s.m is 'm';

comment on column s.m.one is 'uno';

comment on schema s is null;

drop sequence s.q;
