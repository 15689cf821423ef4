"""Who can lock which rows: what Postgres asks for, and what check-rls makes of it."""

from __future__ import annotations

import psycopg
import pytest
from library import Library

from kitdb.sandbox import start_sandbox
from kitdb.sandbox.servers import Server, find_servers

NOTES = """
create table "order" (id int primary key, owner_id uuid, "a b" text, c text);
alter table "order" enable row level security;
grant select (id, owner_id, "a b"), insert on "order" to authenticated;
create policy see on "order" for select to authenticated using (id > 0);
"""
ROWS = """
insert into "order" values (1, '11111111-1111-4111-8111-111111111111'), (2, '22222222-2222-4222-8222-222222222222');
"""
CHANGE = 'create policy change on "order" for update to authenticated using (%s) with check (%s);'
CLAIMS = """select set_config('request.jwt.claims', '{"sub": "11111111-1111-4111-8111-111111111111"}', true)"""
STRENGTHS = ("update", "no key update", "share", "key share")
ACCESS = """
[tables.order]
rows.own = "owner_id = :uid"
allow = ['user: select(id, owner_id, "a b")', "user: insert", "user: may update own"]
"""


@pytest.mark.server
@pytest.mark.parametrize("server", find_servers(), ids=lambda server: f"{server.source}-{server.version}")
def test_a_lock_asks_for_update_and_the_using_of_its_policies(server: Server) -> None:
    grant = 'grant update ("a b") on "order" to authenticated;'
    with start_sandbox(server, "explicit") as box, box.connect("supabase_admin") as connection:

        def locked(change: str, strength: str) -> list[int] | str:
            with connection.transaction(force_rollback=True):
                connection.execute(("set local role postgres;" + NOTES + ROWS + change).encode())
                connection.execute("set local role authenticated")
                connection.execute(CLAIMS)
                try:
                    found = connection.execute(f'select id from "order" order by id for {strength}'.encode())
                    return [row[0] for row in found]
                except psycopg.Error as error:
                    return error.sqlstate or ""

        for strength in STRENGTHS:
            assert locked(CHANGE % ("true", "true"), strength) == "42501"
            assert locked('grant delete on "order" to authenticated', strength) == "42501"
            assert locked(grant, strength) == []
            assert locked(grant + CHANGE % ("owner_id = auth.uid()", "true"), strength) == [1]
            assert locked(grant + CHANGE % ("true", "owner_id = auth.uid()"), strength) == [1, 2]
            hidden = 'alter policy see on "order" using (id = 2);'
            assert locked(grant + hidden + CHANGE % ("true", "false"), strength) == [2]


def test_the_request_that_locks_is_shown_and_locks(empty: Library) -> None:
    grant = 'grant update ("a b") on "order" to authenticated;'
    change = NOTES + grant + CHANGE % ("true", "owner_id = auth.uid()")
    found = next(f for f in empty.check(change, ACCESS).findings if f.name == "row-lock")

    assert found.severity == "error"
    assert found.evidence is not None
    with (
        empty.sandbox.connect("supabase_admin", empty.database) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute(change.encode())
        statements = [line for line in found.evidence.splitlines() if line not in ("begin;", "rollback;")]
        *before, lock = statements
        connection.execute("\n".join(before).encode())
        assert connection.execute(lock.encode()).rowcount == 1
