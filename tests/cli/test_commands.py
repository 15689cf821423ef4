from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitdb.sandbox import Sandbox, open_sandbox

COMMANDS = ["init", "generate", "lint", "migrate", "status", "new", "gen-models", "check-rls", "dev", "doctor"]


def kitdb(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "KITDB_", "DATABASE_"))}
    cache = {name: os.environ[name] for name in ("KITDB_CACHE",) if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "kitdb", *arguments],
        cwd=cwd,
        env={**clean, **cache, **environment},
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.fixture(scope="session")
def empty_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `kitdb init` writes, for tests to copy."""
    folder = tmp_path_factory.mktemp("empty")
    assert kitdb("init", str(folder)).returncode == 0
    return folder


@pytest.fixture
def project(tmp_path: Path, empty_project: Path) -> Path:
    """A project with one table that its owner may read."""
    shutil.copytree(empty_project, tmp_path, dirs_exist_ok=True)
    (tmp_path / "supabase/schemas/notes.sql").write_text(
        "create table public.notes (\n"
        "  id bigint generated always as identity primary key,\n"
        "  owner_id uuid not null default auth.uid() references auth.users on delete cascade,\n"
        "  body text not null check (char_length(body) <= 1000)\n"
        ");\n"
        "create index notes_owner_id_idx on public.notes (owner_id);\n"
    )
    (tmp_path / "supabase/policies/notes.sql").write_text(
        "alter table public.notes enable row level security;\n"
        "revoke all on public.notes from anon, authenticated, service_role;\n"
        "grant select on public.notes to authenticated;\n"
        "create policy notes_select on public.notes for select to authenticated using (owner_id = (select auth.uid()));\n"
    )
    (tmp_path / "supabase/policies/access.toml").write_text(
        '[tables.notes]\nrows.own = "owner_id = :uid"\nallow = ["user: select own"]\n'
    )
    return tmp_path


# --- without a server --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command):
    done = kitdb(command, "--help")
    assert done.returncode == 0
    assert f"Example:  kitdb {command}" in done.stdout
    assert "--format" in done.stdout


def test_help_loads_nothing_that_takes_time():
    script = (
        "import sys; from kitdb.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'psycopg', 'pydantic', 'sqlglot', 'rich', 'testcontainers', 'postgast', 'google'}\n"
        "print('LOADED', sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout


def test_migrate_loads_no_parser_and_draws_with_nothing():
    script = (
        "import sys; import kitdb.migrate.apply, kitdb.report.migration, kitdb.settings\n"
        "heavy = {'pydantic', 'sqlglot', 'rich', 'postgast', 'google'}\n"
        "print('LOADED', sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout


def test_the_front_door_of_a_checkout_is_the_same_command():
    door = Path(__file__).parents[2] / "cli.py"
    done = subprocess.run([sys.executable, door, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("kitdb ")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["migrate", "--nonsense"], ["lint", "--format", "xml"], ["migrate", "--attempts", "0"]]
)
def test_a_usage_error_exits_with_2(arguments):
    assert kitdb(*arguments).returncode == 2


def test_no_database_is_one_line_and_a_way_out(project):
    done = kitdb("migrate", cwd=project)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[0] == "error: no database given"
    assert done.stderr.splitlines()[1].startswith("hint: Pass --db-url")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter22@127.0.0.1:1/x",
        "postgresql://me:hunter22@nowhere.invalid/x",
        "mysql://me:hunter22@h/x",
        "postgresql://me:hunter22@h:port/x",
    ],
)
@pytest.mark.parametrize("command", ["migrate", "status", "gen-models"])
def test_a_dead_or_bad_database_is_one_line_without_its_password(project, command, url):
    done = kitdb(command, "--db-url", url, cwd=project)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 2
    assert "hunter22" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["migrate", "status", "gen-models", "check-rls", "lint"])
def test_a_missing_folder_is_named(tmp_path, command):
    done = kitdb(command, cwd=tmp_path, KITDB_DB_URL="postgresql://127.0.0.1:1/x")
    assert done.returncode == 3
    assert "does not exist" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_internal_error_shows_its_traceback_without_secrets(tmp_path):
    script = (
        "from kitdb.database import remember_secret; remember_secret('hunter22')\n"
        "from kitdb.cli.errors import show_bug\n"
        "try: raise RuntimeError('url was postgresql://me:hunter22@h/x')\n"
        "except RuntimeError as error: show_bug(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "RuntimeError" in done.stderr
    assert "hunter22" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_one_line(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(stat.S_IRUSR | stat.S_IXUSR)
    done = kitdb("init", str(locked))
    assert done.returncode == 3
    assert done.stderr.startswith("error: cannot write")


def test_a_folder_that_is_a_file_is_one_line_and_nothing_is_half_written(tmp_path):
    (tmp_path / "supabase").write_text("in the way")
    done = kitdb("init", str(tmp_path))
    assert done.returncode == 3
    assert done.stderr.startswith("error: cannot write")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["supabase"]


def test_init_never_changes_a_file_that_is_there(tmp_path):
    assert kitdb("init", str(tmp_path)).returncode == 0
    assert kitdb("init", str(tmp_path)).returncode == 0
    (tmp_path / "kitdb.toml").write_text('exposure = "legacy"\n')
    done = kitdb("init", str(tmp_path))
    assert done.returncode == 3
    assert "kitdb.toml exists already" in done.stderr
    assert (tmp_path / "kitdb.toml").read_text() == 'exposure = "legacy"\n'


def test_new_makes_a_migration_after_the_newest_one(project):
    (project / "supabase/migrations/29990101000000_future.sql").write_text("")
    done = kitdb("new", "Add kit tags!", "--format", "json", cwd=project)
    assert json.loads(done.stdout) == {"path": "supabase/migrations/29990101000001_add_kit_tags.sql"}
    assert (project / "supabase/migrations/29990101000001_add_kit_tags.sql").read_text() == ""


def test_lint_exits_with_1_when_something_hurts_and_says_where(project):
    (project / "supabase/migrations/1_a.sql").write_text("create table public.secrets (id int);\n")
    done = kitdb("lint", "--format", "json", cwd=project)
    assert done.returncode == 1
    findings = json.loads(done.stdout)["results"][0]["findings"]
    assert [(finding["name"], finding["line"]) for finding in findings if finding["severity"] == "error"] == [
        ("table-without-rls", 1)
    ]


# --- with a server -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """The URL, with a wrong password in it, of a server that asks for one."""
    with open_sandbox() as running:
        with running.connect("supabase_admin") as connection:
            connection.execute("create role guarded login password 'right'")
            rules = Path(connection.execute("select current_setting('hba_file')").fetchone()[0])
            rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text()}")
            connection.execute("select pg_reload_conf()")
        yield running.url("guarded").replace("guarded@", "guarded:hunter%2322@")


@pytest.mark.server
@pytest.mark.parametrize("command", ["migrate", "status", "gen-models", "drift", "verify"])
def test_a_wrong_password_is_one_line_that_does_not_show_it(project, guarded, command):
    done = kitdb(command, "--db-url", guarded, cwd=project)
    assert done.returncode == 3
    assert "password authentication failed for user" in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert "hunter" not in done.stdout + done.stderr


@pytest.mark.server
def test_the_whole_loop_on_a_project_of_ones_own(project, sandbox: Sandbox, database: str):
    generated = kitdb("generate", "notes", "--version", "20260101000000", cwd=project)
    assert generated.returncode == 0, generated.stderr
    assert generated.stdout == "wrote supabase/migrations/20260101000000_notes.sql\n"
    again = kitdb("generate", cwd=project)
    assert (again.returncode, again.stdout) == (0, "nothing to do: the migrations give the declared schema\n")

    assert kitdb("lint", cwd=project).returncode == 0

    url = sandbox.url(database=database)
    assert kitdb("status", "--check", "--db-url", url, cwd=project).returncode == 1
    migrated = kitdb("migrate", "--db-url", url, cwd=project)
    assert (migrated.returncode, migrated.stdout) == (0, "1 migration applied\n")
    second = kitdb("migrate", "--db-url", url, cwd=project)
    assert (second.returncode, second.stdout) == (0, "nothing to do: all of supabase/migrations is applied\n")
    assert kitdb("status", "--check", "--db-url", url, cwd=project).returncode == 0

    models = kitdb("gen-models", "--out", "app/models", cwd=project)
    assert models.returncode == 0, models.stderr
    assert "class NotesInsert" in (project / "app/models/tables/notes.py").read_text()
    assert kitdb("gen-models", "--out", "app/models", "--check", "--db-url", url, cwd=project).returncode == 0

    access = kitdb("check-rls", "--format", "json", cwd=project)
    assert access.returncode == 0, access.stdout
    assert json.loads(access.stdout)["passed"] is True


@pytest.mark.server
def test_a_policy_one_word_too_wide_is_a_leak(project):
    policy = project / "supabase/policies/notes.sql"
    policy.write_text(policy.read_text().replace("using (owner_id = (select auth.uid()))", "using (true)"))
    assert kitdb("generate", cwd=project).returncode == 0
    done = kitdb("check-rls", cwd=project)
    assert done.returncode == 1
    assert "LEAK" in done.stdout
    assert "NOT as specified" in done.stdout


@pytest.mark.server
def test_a_declared_statement_that_does_not_load_is_located_and_nothing_is_written(project):
    (project / "supabase/schemas/zz.sql").write_text(
        "-- odd\ncreate view public.v as\n  select nope from public.notes;\n"
    )
    done = kitdb("generate", cwd=project)
    assert done.returncode == 3
    assert 'supabase/schemas/zz.sql:3:10: column "nope" does not exist' in done.stderr
    assert list((project / "supabase/migrations").glob("*.sql")) == []


@pytest.mark.server
def test_declared_files_load_in_an_order_that_works(project):
    (project / "supabase/schemas/aa.sql").write_text(
        "create view public.mine with (security_invoker = true) as select id, first_words(body) from public.notes;\n"
        "create function public.first_words(text) returns text language sql immutable set search_path = '' as $$ select left($1, 20) $$;\n"
    )
    done = kitdb("generate", cwd=project)
    assert done.returncode == 0, done.stderr


@pytest.mark.server
def test_a_migration_that_does_not_replay_is_located(project):
    (project / "supabase/migrations/1_a.sql").write_text("select 1;\nalter table nope add column a int;\n")
    done = kitdb("check-rls", cwd=project)
    assert done.returncode == 3
    assert 'supabase/migrations/1_a.sql:2:1: relation "nope" does not exist' in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.server
def test_dev_prints_its_url_and_ends_with_ctrl_c(project, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "kitdb", "dev", "--empty"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = process.stdout.readline().split()[1]
    psql = process.stdout.readline()
    assert url.startswith("postgresql://postgres@/postgres?host=")
    assert psql.startswith("psql:")
    status = kitdb("status", "--db-url", url, cwd=project)
    assert status.returncode == 0, status.stderr

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert process.returncode == 0
    gone = kitdb("status", "--db-url", url, cwd=project)
    assert gone.returncode == 3


@pytest.mark.server
def test_ctrl_c_while_checking_is_one_line(project):
    assert kitdb("generate", cwd=project).returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "kitdb", "check-rls"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "Postgres" in process.stderr.readline()  # it is under way
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted"
    assert "Traceback" not in err


@pytest.mark.server
def test_doctor_tries_every_server_that_it_finds(project):
    done = kitdb("doctor", "--format", "json", cwd=project)
    assert done.returncode == 0, done.stdout
    checks = {check["name"]: check["state"] for check in json.loads(done.stdout)}
    assert any(name.startswith("Postgres") and state == "ok" for name, state in checks.items())


def test_doctor_says_what_is_missing_and_what_to_do(project, tmp_path):
    done = kitdb("doctor", cwd=project, KITDB_PG_BIN=str(tmp_path))
    assert done.returncode == 1
    assert "✗" in done.stdout
    assert "Name the folder with both programs" in done.stdout
