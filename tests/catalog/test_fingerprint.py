"""What counts as structure, seen through the fingerprint."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from kitdb.catalog.fingerprint import fingerprint
from kitdb.catalog.read import read_catalog
from kitdb.catalog.structure import structure
from kitdb.diff.compare import differences
from kitdb.sandbox import SUPERUSER


@pytest.fixture(scope="module")
def connection(server):
    with server.connect(SUPERUSER, name := server.clone()) as connection:
        yield connection
    server.drop(name)


def fingerprint_after(connection, statements: str) -> str:
    """Of the structure that the statements make; they are rolled back."""
    with connection.transaction(force_rollback=True):
        connection.execute(statements)
        return fingerprint(read_catalog(connection))


SAME = {
    "columns in another order": (
        "create table t (a int not null, b text default 'x', c int check (c > 0))",
        "create table t (c int check (c > 0), b text default 'x', a int not null)",
    ),
    "a table that grew": (
        "create table t (a int, b int); create statistics s on a, b from t; create publication p for table t (a, b)",
        "create table t (x int, b int); alter table t drop column x; alter table t add a int; "
        "create statistics s on b, a from t; create publication p for table t (b, a)",
    ),
    "objects made in another order": (
        "create table a (n int); create table b (n int); create index x on a (n); create type m as enum ('p', 'q')",
        "create type m as enum ('q'); alter type m add value 'p' before 'q'; create table b (n int); "
        "create table a (n int); create index x on a (n)",
    ),
    "privileges granted one by one": (
        "create table t (a int); grant select, insert on t to anon, authenticated",
        "create table t (a int); grant insert on t to authenticated; grant select on t to authenticated; "
        "grant select, insert on t to anon",
    ),
    "a filled materialized view": (
        "create materialized view m as select 1 as a",
        "create materialized view m as select 1 as a with no data",
    ),
    "rows": ("create table t (a serial)", "create table t (a serial); insert into t default values"),
}

DIFFERENT = {
    "a policy's role": (
        "create table t (a int); create policy p on t to anon using (true)",
        "create table t (a int); create policy p on t to authenticated using (true)",
    ),
    "row level security": ("create table t (a int)", "create table t (a int); alter table t enable row level security"),
    "a privilege": ("create table t (a int)", "create table t (a int); revoke delete on t from anon"),
    "the order of labels": ("create type m as enum ('a', 'b')", "create type m as enum ('b', 'a')"),
    "the order of a view's columns": ("create view v as select 1 a, 2 b", "create view v as select 2 b, 1 a"),
    "the order of attributes": ("create type p as (a int, b int)", "create type p as (b int, a int)"),
    "a comment": ("create table t (a int)", "create table t (a int); comment on column t.a is 'x'"),
    "an owner": ("create table t (a int)", "create table t (a int); alter table t owner to postgres"),
    "a function's body": (
        "create function f() returns int language sql as 'select 1'",
        "create function f() returns int language sql as 'select 2'",
    ),
    "a bucket": ("select 1", "insert into storage.buckets (id, name) values ('x', 'x')"),
    "a policy on a platform's table": ("select 1", "create policy p on storage.objects for select using (true)"),
    "something that is not covered": (
        "create type m as enum ()",
        "create type m as enum (); create cast (m as json) with inout",
    ),
}


@pytest.mark.parametrize(("first", "second"), SAME.values(), ids=SAME)
def test_the_same_structure_has_the_same_fingerprint(connection, first, second):
    assert fingerprint_after(connection, first) == fingerprint_after(connection, second)


@pytest.mark.parametrize(("first", "second"), DIFFERENT.values(), ids=DIFFERENT)
def test_another_structure_has_another_fingerprint(connection, first, second):
    assert fingerprint_after(connection, first) != fingerprint_after(connection, second)


def test_everything_has_a_fingerprint_and_no_difference_from_itself(connection):
    with connection.transaction(force_rollback=True):
        connection.execute((Path(__file__).parent / "everything.sql").read_text())
        first, second = read_catalog(connection), read_catalog(connection)

    assert fingerprint(first) == fingerprint(second)
    assert not differences(first, second)
    assert json.loads(json.dumps([*map(str, structure(first))]))


def test_the_order_in_which_a_catalog_lists_things_is_not_structure(fresh):
    fresh.execute("create table a (b int, c int); create table d (e int); create type f as enum ('g')")
    catalog = read_catalog(fresh)
    shuffled = replace(
        catalog,
        relations=tuple(random.Random(1).sample(catalog.relations, len(catalog.relations))),
        grants=tuple(random.Random(1).sample(catalog.grants, len(catalog.grants))),
    )

    assert fingerprint(shuffled) == fingerprint(catalog)
    assert len(fingerprint(catalog)) == 64
