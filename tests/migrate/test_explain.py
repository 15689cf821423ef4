from __future__ import annotations

from pathlib import Path

import pytest

from kitdb.cli.project import replay
from kitdb.errors import KitdbError
from kitdb.migrate.explain import ReplayFailed
from kitdb.migrate.failure import MigrationFailed
from kitdb.migrate.files import read_migrations
from kitdb.report.progress import Progress
from kitdb.sandbox import Sandbox

pytestmark = pytest.mark.server


@pytest.fixture
def replayed(sandbox: Sandbox, database: str, tmp_path: Path):
    def act(*files: str) -> KitdbError:
        for number, text in enumerate(files, 1):
            (tmp_path / f"{number}_file{number}.sql").write_text(text)
        with pytest.raises(KitdbError) as caught:
            replay(sandbox, read_migrations(tmp_path), Progress(quiet=True), database)
        return caught.value

    return act


def said(error: KitdbError) -> str:
    assert isinstance(error, ReplayFailed)
    return " / ".join(error.explanation)


def test_a_table_that_no_file_creates_is_named_with_the_file_that_needs_it(replayed):
    error = replayed("create table a ()", "alter table public.org add column name text")
    assert said(error) == (
        "missing: the table or view public.org / first needed by: 2_file2.sql"
        " / created by: no file; it was made outside of the migrations, in the dashboard for instance"
    )
    assert "supabase db pull" in error.hint


def test_a_table_that_a_later_file_creates_is_named_with_that_file_and_line(replayed):
    error = replayed("create view v as select * from org", "select 1;\ncreate table org (id int)")
    assert "created by: 2_file2.sql, line 2, which comes later" in said(error)


def test_a_table_that_was_dropped_or_renamed_is_named_with_the_file_that_did(replayed):
    error = replayed(
        "create table org (id int)", "alter table org rename to company", "create view v as select * from org"
    )
    assert "taken away by: 2_file2.sql, line 1" in said(error)


def test_a_table_of_another_schema_is_recognized(replayed):
    error = replayed("create schema app; create table app.org (id int)", "create view v as select * from org")
    assert "created by: 1_file1.sql, line 1, as app.org" in said(error)


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("select tidy(1)", "the function tidy"),
        ("create table t (mood public.mood)", "the type public.mood"),
        ("create table app.t ()", "the schema app"),
        ("create table t (id int); create index on t (name)", "the column name"),
        ("create table t (id int); alter table t drop column name", "the column name of t"),
        ("grant select on all tables in schema public to reporter", "the role reporter"),
        ("create trigger x after insert on auth.users for each row execute function handle_new_user()", "the function handle_new_user"),
    ],
)  # fmt: skip
def test_each_kind_of_object_is_recognized(replayed, statement, missing):
    assert f"missing: {missing} /" in said(replayed(statement))


def test_a_type_of_an_extension_is_recognized(replayed):
    error = replayed("create table place (position geography)")
    assert "belongs to the extension postgis" in said(error)
    assert "create extension if not exists postgis" in error.hint


def test_what_hosted_projects_are_refused_is_said_to_be_refused_there_too(replayed):
    error = replayed("alter table storage.objects enable row level security")
    assert "hosted Supabase refuses this too" in said(error)


def test_other_errors_are_told_as_they_are(replayed):
    error = replayed("select 1 / 0")
    assert isinstance(error, MigrationFailed)
    assert error.explanation == ()
    assert "kitdb migrate" not in error.hint
