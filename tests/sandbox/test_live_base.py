"""A project whose files do not make all that they need, begun from a database that has it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kitdb.catalog.fingerprint import fingerprint
from kitdb.catalog.read import read_catalog
from kitdb.sandbox import Sandbox, open_sandbox

pytestmark = pytest.mark.server

# What somebody made in the dashboard, with names that need quotes, and a role of the project's own.
BY_HAND = """
create role "night clerk" nologin;
create type "Größe" as enum ('klein', 'it''s');
create table "Order" (id bigint generated always as identity primary key, "select" "Größe" not null, owner uuid);
alter table "Order" enable row level security;
create policy "own; rows" on "Order" for select to authenticated using (owner = auth.uid());
grant select on "Order" to authenticated, "night clerk";
create function seen() returns bigint language sql stable as 'select count(*) from "Order"';
create table applied_already (id int);
insert into supabase_migrations.schema_migrations (version, statements, name) values ('1', null, 'old');
insert into "Order" ("select") values ('klein');
"""


@pytest.fixture(scope="module")
def live() -> Iterator[Sandbox]:
    """A server of its own, with a password in its URL as hosted ones have."""
    with open_sandbox() as running:
        with running.connect() as connection:
            connection.execute(BY_HAND)
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    migrations = tmp_path / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "1_old.sql").write_text("create table applied_already (id int);")
    (migrations / "2_new.sql").write_text('alter table "Order" add column note text;')
    return tmp_path


def url(live: Sandbox) -> str:
    return f"postgresql://postgres:hush-hush@/postgres?host={live.process.socket_folder}"


def kitdb(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kitdb", *arguments], cwd=project, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_refused_replay_offers_to_begin_from_a_database(project: Path):
    done = kitdb(project, "gen-models", "--lang", "typescript", "--out", "-")
    assert done.returncode == 3
    assert "Order" in done.stderr
    assert "--from-url" in done.stderr


def test_the_schema_is_taken_over_and_only_later_files_run(live: Sandbox, project: Path):
    with psycopg.connect(live.url()) as connection:
        before = fingerprint(read_catalog(connection))

    done = kitdb(project, "gen-models", "--lang", "typescript", "--out", "-", "--from-url", url(live))

    assert done.returncode == 0, done.stderr
    assert "1 migration applied" in done.stderr
    assert "night clerk" in done.stderr
    assert "not taken over" not in done.stderr
    for name in ("Order", "Größe", "note", "applied_already", "seen"):
        assert name in done.stdout
    assert "hush-hush" not in done.stdout + done.stderr
    with psycopg.connect(live.url()) as connection:
        assert fingerprint(read_catalog(connection)) == before
        assert connection.execute('select count(*) from "Order"').fetchone() == (1,)


def test_rights_are_proved_on_it_and_a_right_not_listed_is_found(live: Sandbox, project: Path):
    access = project / "supabase" / "policies" / "access.toml"
    access.parent.mkdir()
    listed = '[tables.Order]\nrows.own = "owner = :uid"\nallow = ["user: select own"]\n'
    answers = {}
    for text in (listed, listed.replace('"user: select own"', "")):
        access.write_text(text)
        done = kitdb(project, "check-rls", KITDB_FROM_URL=url(live))
        assert "hush-hush" not in done.stdout + done.stderr
        answers[text == listed] = done
    assert 'user can select "Order"' not in answers[True].stdout, answers[True].stdout + answers[True].stderr
    assert 'user can select "Order"' in answers[False].stdout, answers[False].stdout + answers[False].stderr


def test_lint_traces_the_files_that_the_database_does_not_have(live: Sandbox, project: Path):
    alone = kitdb(project, "lint", "--trace")
    assert '"Order" does not exist' in alone.stdout

    begun = kitdb(project, "lint", "--trace", "--from-url", url(live))

    assert "does not exist" not in begun.stdout
    assert "1 statement run and watched" in begun.stderr


def test_a_file_that_the_history_does_not_list_though_it_was_run_says_what_is_there(live: Sandbox, project: Path):
    (project / "supabase" / "migrations" / "3_again.sql").write_text("create table applied_already (id int);")
    done = kitdb(project, "gen-models", "--from-url", url(live))
    assert done.returncode == 3
    assert "applied_already" in done.stderr
    assert "3_again.sql" in done.stderr


def test_a_database_that_cannot_be_reached_is_named_without_its_password(project: Path):
    done = kitdb(project, "gen-models", "--from-url", "postgresql://postgres:hush-hush@127.0.0.1:1/postgres")
    assert done.returncode == 3
    assert "127.0.0.1" in done.stderr
    assert "hush-hush" not in done.stderr
