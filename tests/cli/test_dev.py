from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg  # noqa: TID253  # this is no command
import pytest

pytestmark = pytest.mark.server


def eventually(condition: Callable[[], object], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "1_notes.sql").write_text("create table notes (id int primary key, body text);")
    return tmp_path


class Dev:
    def __init__(self, project: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kitdb", "dev", "--format", "json", *arguments],
            cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        text = ""
        while not text.endswith("}\n"):
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            text += line
        self.url = json.loads(text)["url"]

    def ask(self, query: str) -> object:
        try:
            with psycopg.connect(self.url, connect_timeout=5) as connection:
                return connection.execute(query).fetchall()
        except psycopg.Error as error:
            return error.sqlstate

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def dev(project: Path) -> Iterator[Callable[..., Dev]]:
    started: list[Dev] = []

    def start(*arguments: str) -> Dev:
        started.append(Dev(project, *arguments))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.end()


def test_migrations_and_the_seed_are_applied(project: Path, dev):
    (project / "supabase" / "seed.sql").write_text(
        "insert into notes values (1, 'one');\ncopy notes (id, body) from stdin;\n2\ttwo\n\\.\nselect 1;\n"
    )
    assert dev().ask("select id, body from notes order by id") == [(1, "one"), (2, "two")]


def test_a_project_that_leaves_grants_to_its_platform_is_reached_by_clients(project: Path, dev):
    (project / "supabase/migrations/2_rls.sql").write_text(
        "alter table notes enable row level security; create policy seen on notes for select using (true);"
    )

    started = dev()

    assert started.ask("select has_table_privilege('anon', 'notes', 'select')") == [(True,)]


def test_seeds_are_those_that_the_projects_configuration_names(project: Path, dev):
    (project / "supabase" / "config.toml").write_text('[db.seed]\nsql_paths = ["./seeds/*.sql"]\n')
    (project / "supabase" / "seeds").mkdir()
    for number in (2, 1):
        (project / "supabase" / "seeds" / f"{number}.sql").write_text(
            f"insert into notes values ({number}, now()::text);"
        )
    assert dev().ask("select id from notes order by body") == [(1,), (2,)]


def test_no_seed_is_run_where_none_is_wanted(project: Path, dev):
    (project / "supabase" / "seed.sql").write_text("insert into notes values (1, 'one');")
    assert dev("--no-seed").ask("select id from notes") == []


def test_a_seed_that_fails_is_named_with_its_line(project: Path):
    (project / "supabase" / "seed.sql").write_text("select 1;\ninsert into nowhere values (1);")
    done = subprocess.run(
        [sys.executable, "-m", "kitdb", "dev", "--quiet"], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "supabase/seed.sql:2:13" in done.stderr


def test_a_change_begins_anew_under_the_same_url_and_a_broken_one_keeps_the_database(project: Path, dev):
    running = dev("--watch")
    assert running.ask("insert into notes values (7, 'mine') returning id") == [(7,)]
    file = project / "supabase" / "migrations" / "2_more.sql"

    file.write_text("alter table notes add column broken nonsense;")
    assert "nonsense" in running.process.stderr.readline()
    assert running.ask("select count(*) from notes") == [(1,)]

    file.write_text("alter table notes add column done boolean;")
    assert eventually(lambda: running.ask("select done from notes") == [])

    assert running.end() == 0


def test_psql_opens_in_it_and_its_exit_code_is_kept(project: Path):
    done = subprocess.run(
        [sys.executable, "-m", "kitdb", "dev", "--psql", "--quiet"],
        cwd=project, input="\\d notes\n\\q\n", capture_output=True, text=True, check=False, env={**os.environ, "PAGER": "cat"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "body" in done.stdout
