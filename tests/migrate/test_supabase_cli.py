"""Side by side with the Supabase CLI, on one history, both ways."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from deploys import Project
from poolers import PGBOUNCER, pooler

CHECKOUT = Path(__file__).parents[2]
CLI = os.environ.get("SUPABASE_CLI") or shutil.which("supabase", path=str(CHECKOUT / ".venv/npm/node_modules/.bin"))

pytestmark = pytest.mark.skipif(
    CLI is None or PGBOUNCER is None,
    reason="the Supabase CLI (npm package supabase, SUPABASE_CLI) or PgBouncer is not installed",
)


@pytest.fixture
def supabase(project: Project, tmp_path):
    """The CLI in a project around the migrations folder; it speaks TCP only, so through a pooler in session mode."""
    root = tmp_path / "project"
    (root / "supabase").mkdir(parents=True)
    (root / "supabase" / "migrations").symlink_to(project.folder)
    with pooler(project.sandbox, tmp_path, mode="session") as port:
        url = f"postgresql://postgres:x@127.0.0.1:{port}/{project.database}?sslmode=disable"

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [CLI, *arguments, "--db-url", url, "--yes"],
                cwd=root,
                env={**os.environ, "DO_NOT_TRACK": "1", "SUPABASE_TELEMETRY_DISABLED": "1"},
                capture_output=True,
                text=True,
                timeout=60,
            )

        yield run


def test_what_the_cli_applied_is_applied(project, supabase):
    project.write("20250101000000_a.sql", "create table a (id int);\n-- note\ninsert into a values (1);\n")
    done = supabase("db", "push")
    assert done.returncode == 0, done.stderr
    assert project.migrate() == []
    assert project.run("status", "--check").returncode == 0


def test_what_kitdb_applied_is_applied_for_the_cli(project, supabase):
    project.write("20250101000000_a.sql", "create table a (id int);")
    project.migrate()
    project.write("20250101000001_b.sql", "create table b (id int);")
    done = supabase("db", "push")
    assert done.returncode == 0, done.stderr
    assert project.history() == ["20250101000000", "20250101000001"]
    project.write("20250101000002_c.sql", "create index concurrently i on b (id);")
    project.migrate()
    listed = supabase("migration", "list")
    assert listed.stdout.count("20250101000002") == 2, listed.stdout


NASTY = [
    "",
    "-- only a comment\n",
    "create table a (id int);;\n;\n",
    "-- why\ncreate table a (id int);\n\n/* after */ insert into a values (1) ;\n-- end",
    "create table a (id int);\r\ninsert into a values (1);\r\n",
    'create table "A; --" (t text default \';\');\ninsert into "A; --" values ($x$;$y$;$x$);',
    "create function f() returns int language sql as $$ select 1; select 2 $$;\nselect f();",
    "do $body$ begin perform 1; end $body$;",
    "select '/* no; comment */', \"current_user\"() /* a /* nested; */ one; */;",
    "create table größe (id int); comment on table größe is 'ä;ö';",
]


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_both_write_the_same_row(project, supabase, number):
    project.write("20250101000000_name with space.sql", NASTY[number])
    clone = project.sandbox.clone(project.database)
    try:
        done = supabase("db", "push")
        assert done.returncode == 0, done.stderr
        other = Project(project.folder, project.sandbox, clone)
        other.migrate()
        query = "select version, name, statements from supabase_migrations.schema_migrations"
        assert other.query(query) == project.query(query)
    finally:
        project.sandbox.drop(clone)


def test_an_edit_of_what_the_cli_applied_is_seen(project, supabase):
    project.write("20250101000000_a.sql", "create table a (id int);\ncreate table b (id int);\n")
    assert supabase("db", "push").returncode == 0
    project.write("20250101000000_a.sql", "create table a (id int);\ncreate table b (id text);\n")
    done = project.run("migrate")
    assert done.returncode == 3
    assert "20250101000000_a.sql:2:1: migration 20250101000000 was changed after it was applied" in done.stderr
    assert "+create table b (id text);" in done.stderr
    project.write("20250101000000_a.sql", "-- now with a comment\ncreate table a (id int);\ncreate table b (id int);\n")
    done = project.run("migrate")
    assert done.returncode == 0
    assert "comments or white space changed" in done.stderr


def test_at_the_same_time_one_of_the_two_applies_the_file(project, supabase):
    project.write("20250101000000_a.sql", "create table a (id int); select pg_sleep(1.5);")
    ours = project.start("migrate")
    theirs = supabase("db", "push")
    out, err = ours.communicate(timeout=60)
    assert 0 in (ours.returncode, theirs.returncode), (out, err, theirs.stderr)
    assert project.history() == ["20250101000000"]
    assert project.query("select count(*) from pg_class where relname = 'a'") == [(1,)]
    assert project.run("migrate").returncode == 0
