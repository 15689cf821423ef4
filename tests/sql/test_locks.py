from __future__ import annotations

import pytest

from kitdb.sandbox import Sandbox, start_sandbox
from kitdb.sandbox.servers import find_servers
from kitdb.sql.locks import EFFECTS, locks, unknown
from kitdb.sql.read import read
from kitdb.sql.split import split
from sql.lock_cases import IN_TRANSACTION, SETUP

HELD = """
select c.relname, l.mode from pg_locks l join known c on c.oid = l.relation
 where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.mode not in ('AccessShareLock', 'RowShareLock')
"""
STRENGTH = list(EFFECTS)


@pytest.fixture(scope="module", params=find_servers(), ids=lambda server: f"{server.source}-{server.major}")
def observed(request):
    """A connection to a database with one relation of each kind, and their names kept apart from what comes later."""
    with start_sandbox(request.param) as sandbox, sandbox.connect("supabase_admin") as connection:
        connection.execute(SETUP.encode())
        connection.execute(
            "create table known as select oid, relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
        )
        yield connection


def spelled(mode: str) -> str:
    name = mode.removesuffix("Lock")
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip().upper()


@pytest.mark.parametrize("statement", IN_TRANSACTION)
def test_the_locks_are_those_that_the_server_takes(observed, statement):
    with observed.transaction(force_rollback=True):
        observed.execute(statement.encode())
        held: dict[str, str] = {}
        for name, mode in observed.execute(HELD.encode()):
            held[name] = max(held.get(name, STRENGTH[0]), spelled(mode), key=STRENGTH.index)
    told = {}
    for operation in read(split(statement)[0]):
        for lock in locks(operation):
            relation = {"the table of public.t_a": "t", "its indexes": None}.get(
                lock.relation, lock.relation.removeprefix("public.")
            )
            if relation:
                told[relation] = lock.mode
    assert told == held


@pytest.mark.parametrize(
    "statement", ["alter table t alter column a set statistics 100", "do $$ begin end $$", "call p()"]
)
def test_a_statement_whose_locks_the_text_does_not_show_says_so(statement):
    assert any(unknown(operation) for operation in read(split(statement)[0]))


def test_a_lock_says_who_waits(sandbox: Sandbox):
    (operation,) = read(split("create index on t (a)")[0])
    assert [str(lock) for lock in locks(operation)] == ["SHARE on public.t (writes wait)"]
