"""What a filter may tell: of a column that the caller may not select nothing, of rows that a view leaves out something."""

from __future__ import annotations

import psycopg
import pytest
from library import Library

from kitdb.database import Connection
from kitdb.sandbox import start_sandbox
from kitdb.sandbox.servers import Server, find_servers

DOCS = """
create table docs (id int primary key, owner_id uuid, title text, "a secret" text);
alter table docs enable row level security;
grant select (id, owner_id, title), update, insert, delete on docs to authenticated;
create policy own on docs to authenticated using (owner_id = auth.uid());
create view mine as select id, title from docs where owner_id = auth.uid();
create view guarded with (security_barrier) as select id, title from docs where owner_id = auth.uid();
create view narrow as select * from docs;
grant select on mine, guarded to authenticated;
grant select (id, title), update, delete on narrow to authenticated;
"""
ADA, BOB = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ROWS = f"insert into docs values (1, '{ADA}', 'hers', 'a'), (2, '{BOB}', 'his own', 'b');"
HIDDEN = [
    "select id from {} where \"a secret\" = 'a'",
    'select id from {} where "a secret" is null',
    'select id from {} order by "a secret"',
    "select id from {} group by id having max(\"a secret\") > 'a'",
    "select to_jsonb(it) from {} as it",
    "update {} set title = 'x' where \"a secret\" = 'a'",
    'update {} set title = "a secret"',
    "update {} set title = 'x' returning \"a secret\"",
    "delete from {} where \"a secret\" = 'a'",
    'delete from {} returning "a secret"',
]
INSERTS = [
    "insert into docs (id, title) values (3, 'x') returning \"a secret\"",
    "insert into docs (id, title) values (1, 'x') on conflict (id) do update set title = 'y' where docs.\"a secret\" = 'a'",
]
FAILING = "select id from {} where title like 'his\\'"


def state(connection: Connection, statement: str) -> str | int:
    """How the statement ends for a user: its SQLSTATE, or the number of rows."""
    with connection.transaction(force_rollback=True):
        connection.execute("set local role authenticated")
        connection.execute("select set_config('request.jwt.claims', %s, true)", (f'{{"sub": "{ADA}"}}',))
        try:
            return connection.execute(statement.encode()).rowcount
        except psycopg.Error as error:
            return error.sqlstate or ""


@pytest.mark.server
@pytest.mark.parametrize("server", find_servers(), ids=lambda server: f"{server.source}-{server.version}")
def test_a_column_without_select_is_in_no_filter_and_a_barrier_keeps_rows_from_filters(server: Server) -> None:
    with start_sandbox(server, "explicit") as box:
        with box.connect("postgres") as connection:
            connection.execute((DOCS + ROWS).encode())
        with box.connect("supabase_admin") as connection:
            asked = [text.format(name) for text in HIDDEN for name in ("docs", "narrow")] + INSERTS

            assert {text: found for text in asked if (found := state(connection, text)) != "42501"} == {}
            assert state(connection, "select id from mine") == 1
            assert [state(connection, FAILING.format(name)) for name in ("docs", "guarded", "mine")] == [0, 0, "22025"]


def test_the_filter_that_tells_is_shown_and_tells(empty: Library) -> None:
    views = '[views.mine]\nallow = ["user: may select"]\n[views.guarded]\nallow = ["user: may select"]\n'
    found = [f for f in empty.check(DOCS, views, only=["mine", "guarded"]).findings if f.name == "view-without-barrier"]

    told = "user learns by filters on mine.title what rows hold that the view does not show"
    assert [(f.severity, f.message) for f in found] == [("warning", told)]
    *before, request = [line for line in (found[0].evidence or "").splitlines() if line not in ("begin;", "rollback;")]
    with (
        empty.sandbox.connect("supabase_admin", empty.database) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute(DOCS.encode())
        connection.execute("\n".join(before).encode())
        with pytest.raises(psycopg.errors.InvalidEscapeSequence):
            connection.execute(request.encode())
