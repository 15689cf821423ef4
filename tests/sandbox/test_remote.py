from __future__ import annotations

import signal
import subprocess
import sys

import psycopg
import pytest
from ends import eventually

from kitdb.sandbox import open_sandbox
from kitdb.sandbox.remote import UnfitServer

pytestmark = pytest.mark.server

HOLD = """
import sys, time
from kitdb.sandbox import open_sandbox
sandbox = open_sandbox(sys.argv[1])
print(sandbox.clone(), flush=True)
time.sleep(60)
"""


def databases(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("select datname from pg_database")}


def roles(url: str) -> dict[str, tuple]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select rolname, (r.*)::text, (select array_agg(roleid order by roleid) from pg_auth_members where member = r.oid)"
            " from pg_roles r"
        )
        return {row[0]: row[1:] for row in rows}


def test_a_scratch_database_is_made_and_dropped(foreign_server: str):
    before = databases(foreign_server)
    with open_sandbox(foreign_server) as sandbox:
        with sandbox.connect() as connection:
            connection.execute("create table public.notes ()")
            assert connection.execute("select count(*) from auth.users").fetchone() == (0,)
        assert len(databases(foreign_server) - before) == 1
        sandbox.clone()

    assert databases(foreign_server) == before


def test_their_database_of_the_name_postgres_is_never_touched(foreign_server: str):
    with open_sandbox(foreign_server) as sandbox, sandbox.connect(database="postgres") as connection:
        assert connection.info.dbname != "postgres"
        assert "/postgres?" not in sandbox.url(database="postgres")
    with psycopg.connect(foreign_server) as connection:
        assert connection.execute("select to_regnamespace('auth')").fetchone() == (None,)


def test_missing_roles_are_made_and_named_and_present_ones_left_as_they_are(foreign_server: str):
    with psycopg.connect(foreign_server, autocommit=True) as connection:
        if not connection.execute("select to_regrole('anon')").fetchone()[0]:
            connection.execute("create role anon login connection limit 3")
    before = roles(foreign_server)
    with open_sandbox(foreign_server) as sandbox:
        notes = " ".join(sandbox.notes)
    after = roles(foreign_server)

    assert all(after[name] == facts for name, facts in before.items())
    assert "authenticator" in after
    made = set(after) - set(before)
    assert all(name in notes for name in made)


def test_a_role_is_taken_on_as_the_api_does(foreign_server: str):
    with open_sandbox(foreign_server) as sandbox:
        with sandbox.connect("authenticator") as connection:
            assert connection.execute("select session_user, current_user").fetchone() == (
                "authenticator",
                "authenticator",
            )
            connection.execute("set role authenticated")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("select * from auth.users")
        with psycopg.connect(sandbox.url()) as connection:
            row = connection.execute("select current_user, current_setting('search_path')").fetchone()
        assert row == ("postgres", '"$user", public, extensions')


def test_a_role_that_may_not_is_refused_before_anything_is_made(foreign_server: str):
    with psycopg.connect(foreign_server, autocommit=True) as connection:
        if not connection.execute("select to_regrole('clerk')").fetchone()[0]:
            connection.execute("create role clerk login createdb")
    before = databases(foreign_server)

    with pytest.raises(UnfitServer, match="clerk is no superuser"):
        open_sandbox(foreign_server.replace("boss", "clerk"))

    assert databases(foreign_server) == before


def test_nothing_is_left_when_the_parent_is_killed(foreign_server: str):
    before = databases(foreign_server)
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLD, foreign_server], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    name = parent.stdout.readline().strip()
    assert name in databases(foreign_server)

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: databases(foreign_server) == before)


def test_a_password_of_the_url_is_never_repeated(foreign_server: str):
    with open_sandbox(foreign_server.replace("boss@", "boss:hush-hush@")) as sandbox:
        assert "hush-hush" not in sandbox.url() + str(sandbox) + repr(sandbox)
        with psycopg.connect(sandbox.url()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def kitdb_sandbox(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kitdb", "sandbox", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_prune_drops_what_killed_processes_left_on_the_server_and_nothing_else(foreign_server: str):
    guard_less = HOLD.replace(
        "import sys, time", "import sys, time, kitdb.sandbox.remote as r\nr.Guard = lambda *_: None"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", guard_less, foreign_server], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    left = parent.stdout.readline().strip()
    theirs = "kitdb_scratch_0123456789ab"
    with psycopg.connect(foreign_server, autocommit=True) as connection:
        connection.execute(f"create database {theirs}")
    try:
        assert left not in kitdb_sandbox("prune", "--sandbox", foreign_server)
        parent.kill()
        parent.wait()
        parent.stdout.close()
        with open_sandbox(foreign_server) as used, psycopg.connect(f"{foreign_server}&dbname={left}"):
            own = used.clone()
            assert left not in kitdb_sandbox("prune", "--sandbox", foreign_server)
            listed = kitdb_sandbox("list", "--sandbox", foreign_server)
            assert {left, own} <= set(listed.split())
        with open_sandbox(foreign_server) as used:
            own = used.clone()

            assert left in kitdb_sandbox("prune", "--sandbox", foreign_server)

            assert {own, theirs} <= databases(foreign_server)
            assert left not in databases(foreign_server)
    finally:
        with psycopg.connect(foreign_server, autocommit=True) as connection:
            connection.execute(f"drop database {theirs}")
