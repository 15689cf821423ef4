-- flags: --rename none

create schema s;
create table s.t (id bigint constraint t_pk primary key, n bigint constraint n_pos check (n > 0));
comment on table s.t is E'two\nlines; -- and a semicolon';
comment on column s.t.n is 'n2';
comment on constraint n_pos on s.t is 'positive';
comment on constraint t_pk on s.t is 'the key';
create index t_n on s.t (n) where n > 5;
comment on index s.t_n is 'ix';
create function s.f(a int, out b bigint) language sql as $$ select a $$;
comment on function s.f is 'f';
create type s.e as enum ('x', 'y');
create domain s.d as int constraint dc check (value > 2);
comment on domain s.d is 'd';
comment on constraint dc on domain s.d is 'dc';
create materialized view s.m as select 2 as one, 3 as two;
comment on materialized view s.m is 'm';
comment on column s.m.one is 'uno';
create procedure s.p() language sql as $$ select 1 $$;
comment on procedure s.p is 'p';
