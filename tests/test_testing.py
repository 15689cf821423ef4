from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.server

MIGRATION = """
create table notes (id int generated always as identity primary key, owner uuid references auth.users, body text);
alter table notes enable row level security;
grant select, insert on notes to authenticated, service_role;
create policy own on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
"""

TESTS = """
import psycopg
import pytest


def test_an_owner_sees_a_note_and_a_stranger_does_not(kitdb_db, kitdb_as):
    owner, stranger = kitdb_db.add_user(), kitdb_db.add_user(email="b@example.com", name="B")
    kitdb_as(owner).execute("insert into notes (owner, body) values (auth.uid(), 'mine')")
    assert kitdb_as(owner).execute("select body from notes").fetchall() == [("mine",)]
    assert kitdb_as(stranger).execute("select body from notes").fetchall() == []
    assert kitdb_as(role="service_role").execute("select count(*) from notes").fetchone() == (1,)
    with kitdb_db.connect() as connection:
        assert connection.execute("select raw_user_meta_data from auth.users where id = %s", (stranger,)).fetchone() == ({"name": "B"},)


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_begins_afresh(kitdb_db, number):
    with kitdb_db.connect() as connection:
        assert connection.execute("insert into notes (body) values ('x') returning id").fetchone() == (1,)


def test_the_session_is_that_of_a_request(kitdb_as):
    row = kitdb_as("6ba7b810-9dad-11d1-80b4-00c04fd430c8", aal="aal2").execute(
        "select session_user, current_user, auth.uid()::text, auth.jwt() ->> 'aal'").fetchone()
    assert row == ("authenticator", "authenticated", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "aal2")


def test_nobody_is_anon(kitdb_as):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        kitdb_as().execute("select * from notes")
"""


def run(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "kitdb.testing", "-p", "no:cacheprovider"],
        cwd=project, capture_output=True, text=True, check=False, env={**os.environ, "PYTEST_ADDOPTS": ""},
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "1_notes.sql").write_text(MIGRATION)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (tmp_path / "test_notes.py").write_text(TESTS)
    return tmp_path


def test_a_projects_own_tests_run_as_its_users(project: Path):
    done = run(project)
    assert re.search("5 passed", done.stdout), done.stdout + done.stderr


def test_migrations_that_do_not_replay_are_explained(project: Path):
    (project / "supabase" / "migrations" / "2_more.sql").write_text("alter table org add column x int;")
    done = run(project)
    assert done.returncode == 1
    assert "2_more.sql" in done.stdout


def test_the_fixtures_cost_nothing_until_they_are_used():
    code = "import sys, kitdb.testing; print([m for m in ('psycopg', 'testcontainers', 'sqlglot') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    done = subprocess.run(
        [sys.executable, "-c", "import sys, kitdb.cli; print('pytest' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_pytest_is_told_of_them():
    settings = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert settings["project"]["entry-points"]["pytest11"] == {"kitdb.testing": "kitdb.testing"}
