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
from kitdb.sandbox import Sandbox

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


def test_a_role_that_passes_by_policies_is_no_open_question_where_nothing_is_said_of_it(project: Path) -> None:
    add(
        project, "grant select on storage.buckets to service_role; create policy none on storage.buckets using (false);"
    )
    kitdb(project, "--init")
    path = project / "supabase" / "policies" / "access.toml"
    path.write_text(
        path.read_text().replace("allow = [", 'allow = [\n  "service: may select, insert, update, delete",', 1)
    )

    held = kitdb(project)

    assert held.returncode == 0, held.stdout
    assert "closed to everybody: storage.buckets" in held.stdout
    assert "not tried" not in held.stdout


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
    assert "exposure-assumed: exposure legacy: the table is not granted explicitly" in assumed.stdout
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
        (("--init", "--mutate"), "correct what was written in between"),
        (("--db-url", "postgresql://127.0.0.1:1/x", "--init"), "without --data the database is only read"),
    ],
)
def test_options_that_do_not_go_together_are_told(project: Path, arguments: tuple[str, ...], told: str) -> None:
    done = kitdb(project, *arguments)

    assert done.returncode == 2
    assert told in done.stderr


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_a_specification_that_is_no_file_is_not_passed_over(project: Path, kind: str) -> None:
    path = project / "supabase" / "policies" / "access.toml"
    path.parent.mkdir()
    path.mkdir() if kind == "folder" else path.symlink_to("nowhere")

    done, first = kitdb(project), kitdb(project, "--init")

    assert (done.returncode, first.returncode) == (3, 3)
    assert "cannot read supabase/policies/access.toml: " in done.stderr
    assert {"folder": "Is a directory", "link": "it is a link to nowhere"}[kind] in done.stderr
    assert "exists already" in first.stderr


def test_a_first_specification_is_as_wrong_as_what_it_was_made_of_and_takes_nothing_that_fails(project: Path) -> None:
    add(project, "create policy hole on notes for delete to authenticated using (true);"
        " create policy fails on notes for update to authenticated using (1 / (id - id) > 0);")  # fmt: skip
    plain, first, held = kitdb(project), kitdb(project, "--init"), kitdb(project)

    assert (plain.returncode, first.returncode, held.returncode) == (1, 1, 1), held.stdout
    assert "error KD803 broken-policy" in first.stdout
    assert "error KD803 broken-policy" in held.stdout
    assert 'finding = "broken-policy"' not in (project / "supabase" / "policies" / "access.toml").read_text()


def test_nothing_to_specify_is_written_nowhere_and_an_empty_specification_does_not_pass(tmp_path: Path) -> None:
    path = tmp_path / "supabase" / "policies" / "access.toml"
    (tmp_path / "supabase" / "migrations").mkdir(parents=True)

    first = kitdb(tmp_path, "--init")
    written = path.exists()
    path.parent.mkdir(exist_ok=True)
    path.write_text("# nothing\n")
    held = kitdb(tmp_path)

    assert (first.returncode, written, held.returncode) == (1, False, 1)
    assert "access.toml is not written" in first.stderr
    assert "nothing could be checked" in first.stdout
    assert "nothing could be checked" in held.stdout


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("own = \"true and ownr_id = :uid\"", "2:22: notes, rows.own: column \"ownr_id\" does not exist: did you mean 'owner_id'?"),
        ("own = \"\"\"\nowner_id = :uid\n  and notes.bdy is null\"\"\"", "4:7: notes, rows.own: column notes.bdy does not exist: did you mean 'body'?"),
        ("own = \"exists (select 1 from note)\"", "2:35: notes, rows.own: relation \"note\" does not exist: did you mean 'notes'?"),
        ("own = \"owner_id = :jwt.app_metdata.org\"", "2:24: notes, rows.own: no caller has the claim app_metdata.org, and no policy asks for it: did you mean :jwt.app_metadata.org?"),
        ("own = \"owner_id = :jwt.user_role and body = 'a'\"", ""),
    ],
)  # fmt: skip
def test_a_slip_in_a_row_class_is_told_at_its_word(project: Path, given: str, told: str) -> None:
    path = project / "supabase" / "policies" / "access.toml"
    path.parent.mkdir()
    path.write_text(f"[tables.notes]\nrows.{given}\nallow = []\n")

    done = kitdb(project)

    assert done.returncode == (3 if told else 1), done.stderr
    assert (f"access.toml:{told}" if told else "NOT as specified") in done.stderr + done.stdout


def test_an_acceptance_on_what_is_not_there_fails_and_a_seed_is_told_with_its_line(project: Path) -> None:
    kitdb(project, "--init")
    path = project / "supabase" / "policies" / "access.toml"
    path.write_text(path.read_text() + '[[accept]]\nfinding = "unique-oracle"\non = "note.id"\nwhy = "x"\n'
                    '[[accept]]\nfinding = "unique-oracle"\non = "notes.id"\nwhy = "x"\n')  # fmt: skip
    (project / "rows.sql").write_text("begin;\nset search_path = '';\ninsert into public.notes (bdy) values (1);\n")

    held = kitdb(project)
    seeded = kitdb(project, "--seed", "rows.sql")
    missing = kitdb(project, "--seed", "row.sql")

    assert held.returncode == 1
    assert "error KD809 accept-unused: accepted unique-oracle on note.id is not found, and there is no note.id: did you mean 'notes.id'?" in held.stdout  # fmt: skip
    assert "warning KD809 accept-unused: accepted unique-oracle on notes.id is not found" in held.stdout
    assert (seeded.returncode, missing.returncode) == (3, 3)
    assert 'rows.sql:3:27: column "bdy" of relation "notes" does not exist' in seeded.stderr
    assert "cannot read row.sql: No such file or directory\nhint: Name a file that is there." in missing.stderr


def test_a_database_that_is_only_read_is_held_to_the_specification_as_far_as_it_tells(
    project: Path, sandbox: Sandbox
) -> None:
    path = project / "supabase" / "policies" / "access.toml"
    path.parent.mkdir()
    name = sandbox.clone()
    with sandbox.connect("postgres", name) as connection:
        connection.execute(SOUND)
    path.write_text(
        '[tables.notes]\nrows.own = "owner_id = :uid"\nallow = ["user: select, insert, update, delete own"]\n'
    )
    fits = kitdb(project, "--db-url", sandbox.url(database=name))
    path.write_text('[tables.notes]\nallow = ["anon: select"]\n')
    wrong = kitdb(project, "--db-url", sandbox.url(database=name))
    path.write_text("[tables.note]\nallow = []\n")
    unknown = kitdb(project, "--db-url", sandbox.url(database=name))
    sandbox.drop(name)

    assert (fits.returncode, wrong.returncode, unknown.returncode) == (0, 1, 3), fits.stdout
    assert "as far as the catalog tells, rights are as specified: " in fits.stdout
    assert "not covered: supabase/policies/access.toml: anon and user are held" in fits.stdout
    assert "access.toml:2:10: error KD802 denied: anon cannot select notes: no privilege" in wrong.stdout
    assert "there is no table 'note': did you mean 'notes'?" in unknown.stderr


def test_a_mutation_score_needs_a_specification(project: Path) -> None:
    done = kitdb(project, "--mutate")

    assert done.returncode == 3
    assert "--init" in done.stderr
