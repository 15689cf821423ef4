"""`kitdb check-rls` as somebody runs it in a project without a specification."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

from kitdb.cli import main

SOUND = """
create table notes (id bigint generated always as identity primary key, owner_id uuid not null references auth.users,
  body text);
alter table notes enable row level security;
grant select, insert, update, delete on notes to authenticated;
create policy own on notes to authenticated using (owner_id = (select auth.uid()));
"""

pytestmark = pytest.mark.server


def kitdb(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in this process: starting one for each run takes as long as most runs."""
    words, out, err = ["kitdb", "check-rls", *arguments], io.StringIO(), io.StringIO()
    with chdir(folder), patch.object(sys, "argv", words), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            return subprocess.CompletedProcess(words, int(ended.code or 0), out.getvalue(), err.getvalue())
    raise AssertionError("the command has not ended")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "20260101000000_notes.sql").write_text(SOUND)
    return tmp_path


def add(project: Path, sql: str) -> None:
    (project / "supabase" / "migrations" / "20260102000000_more.sql").write_text(sql)


def test_a_first_specification_is_written_once_and_passes(project: Path) -> None:
    first = kitdb(project, "--init")
    path = project / "supabase" / "policies" / "access.toml"
    text = path.read_text()
    again = kitdb(project, "--init")
    held = kitdb(project)

    assert first.returncode == 0, first.stderr
    assert '"user: delete own"' in text
    assert again.returncode == 3
    assert "exists already" in again.stderr
    assert path.read_text() == text
    assert held.returncode == 0, held.stdout
    assert "every right is as specified" in held.stdout


def test_what_is_nearly_always_wrong_is_exit_1_and_a_lock_tells_the_change(project: Path) -> None:
    lock = kitdb(project, "--lock", "access.lock")
    same = kitdb(project, "--check-lock", "access.lock")
    add(project, "create policy hole on notes for delete to authenticated using (true); grant select (id) on notes to anon;"
        " create policy see on notes for select using (true);")  # fmt: skip
    holed = kitdb(project)
    changed = kitdb(project, "--check-lock", "access.lock")

    assert lock.returncode == 0, lock.stderr
    assert same.returncode == 0, same.stdout
    assert holed.returncode == 1
    assert "others-rows-written: user can delete from notes, rows of other users" in holed.stdout
    assert changed.returncode == 1
    assert "rights-changed: anon may now read notes.id" in changed.stdout


def test_a_project_that_leaves_the_grants_to_its_platform_is_looked_at_and_told(project: Path) -> None:
    path = project / "supabase" / "migrations" / "20260101000000_notes.sql"
    path.write_text(SOUND.replace("grant select, insert, update, delete on notes to authenticated;", ""))
    add(project, "create policy hole on notes for delete to authenticated using (true);"
        " create policy see on notes for select to authenticated using (true);")  # fmt: skip

    assumed = kitdb(project, "--report", "github=findings.txt")
    chosen = kitdb(project, "--exposure", "explicit")

    assert assumed.returncode == 1
    assert "exposure-assumed: exposure legacy: the table with policies is not granted explicitly" in assumed.stdout
    assert "others-rows-written: user can delete from notes, rows of other users" in assumed.stdout
    annotated = [line for line in (project / "findings.txt").read_text().splitlines() if "others-rows-written" in line]
    assert "20260102000000_more.sql" in annotated[0]
    assert chosen.returncode == 1
    assert "nothing-reached: no table reaches the API: neither anon nor authenticated is granted notes" in chosen.stdout
    assert "nothing looks wrong" not in chosen.stdout


def test_a_lock_is_kept_beside_a_specification(project: Path) -> None:
    kitdb(project, "--init")
    made = kitdb(project, "--lock", "access.lock")
    same = kitdb(project, "--check-lock", "access.lock")
    add(project, "grant select (id) on notes to anon; create policy see on notes for select to anon using (true);")
    changed = kitdb(project, "--check-lock", "access.lock")

    assert (made.returncode, same.returncode, changed.returncode) == (0, 0, 1), same.stdout
    assert "every right is as specified" in same.stdout
    assert "leak: anon can select notes" in changed.stdout
    assert "rights-changed: anon may now read notes.id" in changed.stdout


def test_a_project_with_nothing_in_it_does_not_pass(tmp_path: Path) -> None:
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "20260101000000_nothing.sql").write_text("create schema hidden;")

    done = kitdb(tmp_path)

    assert done.returncode == 1
    assert "nothing could be checked" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--data",), "--data is about the database of --db-url"),
        (("--db-url", "postgresql://127.0.0.1:1/x", "--mutate"), "without --data the database is only read"),
        (("--db-url", "postgresql://127.0.0.1:1/x", "--init"), "without --data the database is only read"),
    ],
)
def test_options_that_do_not_go_together_are_told(project: Path, arguments: tuple[str, ...], told: str) -> None:
    done = kitdb(project, *arguments)

    assert done.returncode == 2
    assert told in done.stderr


def test_a_mutation_score_needs_a_specification(project: Path) -> None:
    done = kitdb(project, "--mutate")

    assert done.returncode == 3
    assert "--init" in done.stderr
