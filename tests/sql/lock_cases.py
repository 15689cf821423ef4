"""Statements, each with what has to be there before it: what they lock is measured, never written down here."""

SETUP = """
create table t (id int primary key, a int, b text, c int);
create table u (id int primary key, t_id int);
create table p (id int, k int) partition by list (k);
create table p1 partition of p for values in (1);
create table p2 (id int, k int);
create index t_a on t (a);
create view v as select id, c from t;
create materialized view m as select id from t;
create unique index m_id on m (id);
create sequence s;
create type e as enum ('x');
create policy pol on t using (true);
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on t for each row execute function trg();
alter table t add constraint nv check (c > 0) not valid;
alter table t add constraint ck check (a > 0);
create function f() returns int language sql as $$ select 1 $$;
"""

IN_TRANSACTION = [
    "create table fresh (id int)",
    "create table child (t_id int references t)",
    "drop table u",
    "truncate u",
    "alter table t add column d int",
    "alter table t add column d int references u",
    "alter table t drop column b",
    "alter table t alter column a type bigint",
    "alter table t alter column a set default 1",
    "alter table t alter column a drop default",
    "alter table t alter column a set not null",
    "alter table t alter column a drop not null",
    "alter table t add constraint x check (a > 1)",
    "alter table t add constraint x check (a > 1) not valid",
    "alter table t add constraint x unique (a)",
    "alter table u add constraint x foreign key (t_id) references t",
    "alter table u add constraint x foreign key (t_id) references t not valid",
    "alter table t drop constraint ck",
    "alter table t validate constraint nv",
    "alter table t enable row level security",
    "alter table t disable row level security",
    "alter table t force row level security",
    "alter table t set unlogged",
    "alter table t replica identity full",
    "alter table t set (fillfactor = 70)",
    "alter table t reset (fillfactor)",
    "alter table t disable trigger tr",
    "alter table t enable trigger tr",
    "alter table t rename to t2",
    "alter table t rename column a to aa",
    "alter table t owner to current_user",
    "alter table p attach partition p2 for values in (2)",
    "alter table p detach partition p1",
    "create index on t (b)",
    "create unique index on t (b)",
    "drop index t_a",
    "reindex index t_a",
    "reindex table t",
    "create policy x on t for select using (true)",
    "alter policy pol on t using (false)",
    "drop policy pol on t",
    "create trigger x before insert on t for each row execute function trg()",
    "drop trigger tr on t",
    "create view w as select id from t",
    "create or replace view v as select id, c from t",
    "drop view v",
    "create materialized view n as select id from t",
    "refresh materialized view m",
    "refresh materialized view concurrently m",
    "comment on table t is 'x'",
    "comment on column t.a is 'x'",
    "grant select on t to public",
    "revoke select on t from public",
    "insert into u values (1, 1)",
    "update t set a = 2 where id = 1",
    "delete from u where id = 1",
    "select * from t",
    "lock table t in share mode",
    "cluster t using t_pkey",
    "analyze t",
    "create sequence s2",
    "create type e2 as enum ('y')",
    "alter type e add value 'z'",
    "create function g() returns int language sql as $$ select 1 $$",
    "drop function f()",
    "create schema sch",
    "do $$ begin end $$",
    "set lock_timeout = '1s'",
]
