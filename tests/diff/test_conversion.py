"""Columns that get another type, with values in them: what becomes of these, and what is said of them."""

from __future__ import annotations

import pytest

from kitdb.catalog.dependencies import read_casts
from kitdb.catalog.read import read_catalog
from kitdb.diff.alter import retype
from kitdb.diff.state import State
from kitdb.sandbox import open_sandbox

KEPT = [
    ("text[]", "jsonb", """'{a,"b c"}'""", '["a", "b c"]'),
    ("jsonb", "text[]", """'["b", "a\\n\\"", null]'""", '{b,"a\n\\"",NULL}'),
    ("integer[]", "json", "'{1,2}'", "[1,2]"),
    ("public.mood[]", "text[]", "'{sad,glad}'", "{sad,glad}"),
    ("text[]", "public.mood[]", "'{glad}'", "{glad}"),
    ("character varying[]", "text[]", "'{a}'", "{a}"),
    ("text", "jsonb", "'[1]'", "[1]"),
    ("jsonb", "text", "'[1]'", "[1]"),
    ("jsonb", "uuid", "'\"11111111-1111-4111-8111-111111111111\"'", "11111111-1111-4111-8111-111111111111"),
    ("jsonb", "integer", "'7'", "7"),
    ("integer", "text", "7", "7"),
    ("text", "integer", "'7'", "7"),
    ("integer", "integer[]", "7", "{7}"),
    ("text", "text[]", "'a,b'", '{"a,b"}'),
    ("text", "text[]", "'{a,b}'", "{a,b}"),
    ("numeric(10,2)", "bigint", "7.00", "7"),
    ("boolean", "bigint", "true", "1"),
    ("bigint", "boolean", "0", "false"),
    ("public.amount", "numeric", "7", "7"),
    ("public.pair", "jsonb", "row(1, 'a')", '{"a": 1, "b": "a"}'),
    ("int4range", "int8range", "'[1,5)'", "[1,5)"),
    ("timestamp", "timestamp with time zone", "'2026-01-02 03:04:05'", "2026-01-02 03:04:05+00"),
    ("timestamp with time zone", "timestamp", "'2026-01-02 03:04:05+01'", "2026-01-02 02:04:05"),
    ("date", "timestamp with time zone", "'2026-01-02'", "2026-01-02 00:00:00+00"),
]
LOST = [
    ("timestamp", "date", "'2026-01-02 03:04:05'", "2026-01-02", "the times of day"),
    ("numeric", "numeric(6,2)", "1.234", "1.23", "all but 2 digits behind the point"),
    ("double precision", "real", "1.23456789", "1.2345679", "all but 6 digits"),
    ("text[]", "text", "'{a,b}'", "{a,b}", None),
    ("integer[]", "integer", "'{7,8}'", "7", "all but the first element of each array"),
]
REFUSED = [("numeric", "integer", "1.5"), ("integer", "boolean", "2"), ("text", "uuid", "'a'")]


@pytest.fixture(scope="module")
def server():
    with open_sandbox("embedded") as sandbox, sandbox.connect() as connection:
        connection.execute("create type public.mood as enum ('sad', 'glad'); create domain public.amount as numeric")
        connection.execute("create type public.pair as (a int, b text)")
        yield connection


def converted(connection, one, two, value):
    """The value and a null afterwards, as text, and the hazards."""
    connection.execute("set timezone = 'Asia/Tokyo'")
    with connection.transaction(force_rollback=True):
        connection.execute(f'create table public.t ("a column" {one}); create table public.u ("a column" {two})')
        state = State(read_catalog(connection), casts=read_casts(connection))
        before, after = state.catalog.relations
        change = retype(before, before.columns[0], after.columns[0], state)
        connection.execute(f"insert into public.t values ({value}::{one}), (null)".encode())
        for statement in change.sql:
            connection.execute(statement.encode())
        connection.execute("set local timezone = 'UTC'")
        rows = connection.execute('select "a column"::text from public.t order by 1').fetchall()
    return [text for (text,) in rows], [hazard for hazard in change.hazards if hazard.destructive]


@pytest.mark.parametrize(("one", "two", "value", "expected"), KEPT)
def test_values_live_in_their_new_type(server, one, two, value, expected):
    assert converted(server, one, two, value) == ([expected, None], [])


@pytest.mark.parametrize(("one", "two", "value", "expected", "lost"), LOST)
def test_what_values_lose_is_said(server, one, two, value, expected, lost):
    texts, hazards = converted(server, one, two, value)

    assert texts == [expected, None]
    assert [hazard.message.partition(", without ")[2] for hazard in hazards] == ([lost] if lost else [])


@pytest.mark.parametrize(("one", "two", "value"), REFUSED)
def test_values_that_a_cast_would_change_stop_the_migration(server, one, two, value):
    with pytest.raises(Exception, match="invalid input syntax"):
        converted(server, one, two, value)
