from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from ends import eventually, gone

from kitdb.sandbox import Sandbox, open_sandbox
from kitdb.sandbox.process import server_identity
from kitdb.sandbox.servers import NoServer, choose_server, find_servers

pytestmark = pytest.mark.server

HOLD = """
import sys, time
from kitdb.sandbox import open_sandbox
sandbox = open_sandbox()
pid = (sandbox.process.data / "postmaster.pid").read_text().split()[0]
print(sandbox.process.folder, pid, sandbox.process.guard.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_parent_is_killed(number):
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    folder, server, guard = parent.stdout.readline().split()
    assert Path(folder).exists()

    parent.send_signal(number)
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: not Path(folder).exists())
    assert eventually(lambda: gone(int(server)) and gone(int(guard)))


def test_closing_ends_the_server_and_removes_its_folder():
    with open_sandbox() as sandbox:
        folder = sandbox.process.folder
        pid = int((sandbox.process.data / "postmaster.pid").read_text().split()[0])

    assert not folder.exists()
    assert gone(pid)


def test_the_folder_is_private_and_nothing_listens_on_tcp(sandbox: Sandbox):
    assert sandbox.process.folder.stat().st_mode & 0o777 == 0o700
    with sandbox.connect() as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_migrations_run_as_a_role_that_is_no_superuser(sandbox: Sandbox):
    with sandbox.connect() as connection:
        row = connection.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user").fetchone()
    assert row == (False, True)


def test_a_clone_is_apart_from_its_source(sandbox: Sandbox, database: str):
    with sandbox.connect(database=database) as connection:
        connection.execute("create table only_here ()")
    with sandbox.connect() as connection:
        assert connection.execute("select to_regclass('public.only_here')").fetchone() == (None,)


@pytest.mark.parametrize("exposure", ["explicit", "legacy"])
def test_a_new_table_is_granted_to_the_api_roles_only_under_legacy_exposure(exposure):
    with open_sandbox(exposure=exposure) as sandbox, sandbox.connect() as connection:
        connection.execute("create table public.notes (id int)")
        row = connection.execute(
            "select has_table_privilege('anon', 'public.notes', 'select'),"
            " has_table_privilege('service_role', 'public.notes', 'insert')"
        ).fetchone()
    assert row == ((True, True) if exposure == "legacy" else (False, False))


@pytest.mark.parametrize("server", find_servers(), ids=str)
def test_the_baseline_loads_on_every_server_of_this_machine(server, monkeypatch):
    monkeypatch.setenv("KITDB_PG_BIN", str(server.bin))
    with open_sandbox() as sandbox, sandbox.connect("authenticator") as connection:
        connection.execute("set role authenticated")
        connection.execute(
            "select set_config('request.jwt.claims', '{\"sub\": \"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"}', false)"
        )
        assert str(connection.execute("select auth.uid()").fetchone()[0]) == "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
        assert sandbox.server.version == server.version


def test_the_anonymous_role_cannot_read_users(sandbox: Sandbox):
    with sandbox.connect("authenticator") as connection:
        connection.execute("set role anon")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from auth.users")


def test_a_cache_that_cannot_be_written_is_replaced_by_a_private_temporary_one(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("KITDB_CACHE", str(blocked / "cache"))
    with open_sandbox() as sandbox:
        assert sandbox.process.folder.exists()


def test_a_folder_without_postgres_is_named_in_the_error(tmp_path, monkeypatch):
    monkeypatch.setenv("KITDB_PG_BIN", str(tmp_path))
    with pytest.raises(NoServer, match=str(tmp_path)):
        choose_server("auto", 15)


@pytest.mark.parametrize(
    ("abi", "remedy"), [("cpython-311-x86_64-linux-musl", "musl"), ("cpython-311-x86_64-linux-gnu", "pip install")]
)
def test_without_the_embedded_server_the_error_says_what_to_do_on_this_machine(abi: str, remedy: str, monkeypatch):
    monkeypatch.delenv("KITDB_PG_BIN", raising=False)
    monkeypatch.setattr("kitdb.sandbox.servers.embedded_bin", lambda: None)
    monkeypatch.setattr("sysconfig.get_config_var", lambda _: abi)
    with pytest.raises(NoServer) as caught:
        choose_server("embedded", None)
    assert remedy in caught.value.hint


def test_the_projects_major_is_preferred_and_another_one_is_reported(monkeypatch):
    monkeypatch.delenv("KITDB_PG_BIN", raising=False)
    local = [server.major for server in find_servers() if server.source == "local"]
    if local:
        assert choose_server("auto", local[0]).major == local[0]
    with open_sandbox("embedded", major=17) as sandbox:
        assert any("17" in note for note in sandbox.notes)


def test_root_needs_no_account_where_user_namespaces_are_allowed():
    # A user without an entry in the accounts needs the namespace too: initdb wants a name.
    assert server_identity() in (("self", "user namespace") if os.geteuid() else ("user namespace", "nobody"))
