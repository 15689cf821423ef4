from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kitdb.errors import KitdbError, Refused
from kitdb.migrate.files import Migration, MigrationFolder
from kitdb.migrate.ledger import AppliedMigration, Ledger, Progress
from kitdb.migrate.plan import (
    CannotRun,
    EditedMigration,
    MissingMigration,
    OlderMigration,
    UnknownVersion,
    make_plan,
    prefix_checksum,
)
from kitdb.sql.split import history_statements, split


def migration(version: str, text: str, name: str = "x") -> Migration:
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return Migration(version, name, Path(f"{version}_{name}.sql"), text, checksum)


def folder(*texts: str) -> MigrationFolder:
    return MigrationFolder(Path("m"), tuple(migration(str(number), text) for number, text in enumerate(texts, 1)))


def by_cli(version: str, text: str) -> AppliedMigration:
    return AppliedMigration(version, "x", tuple(history_statements(text)))


def refusal(text: str) -> KitdbError:
    with pytest.raises(KitdbError) as caught:
        make_plan(folder(text), Ledger())
    return caught.value


def test_pending_is_what_the_history_lacks():
    plan = make_plan(folder("select 1", "select 2"), Ledger((by_cli("1", "select 1"),)))
    assert [planned.migration.version for planned in plan.pending] == ["2"]


def test_to_stops_after_a_version_and_an_unknown_one_is_refused():
    plan = make_plan(folder("select 1", "select 2", "select 3"), Ledger(), to="2")
    assert [planned.migration.version for planned in plan.pending] == ["1", "2"]
    with pytest.raises(UnknownVersion):
        make_plan(folder("select 1"), Ledger(), to="7")


def test_an_edited_migration_is_refused_with_the_statements_that_changed():
    old, new = (
        "create table a (id int);\ncreate table b (id int);\n",
        "create table a (id int);\ncreate table b (id text);\n",
    )
    with pytest.raises(EditedMigration) as caught:
        make_plan(folder(new), Ledger((by_cli("1", old),)))
    assert caught.value.place.line == 2
    assert "-create table b (id int);" in caught.value.difference
    assert "+create table b (id text);" in caught.value.difference


def test_an_edit_is_seen_by_checksum_where_kitdb_applied_the_file():
    row = AppliedMigration("1", "x", tuple(history_statements("select 1")), checksum="0" * 64)
    with pytest.raises(EditedMigration):
        make_plan(folder("select 2"), Ledger((row,)))


@pytest.mark.parametrize(
    "today",
    [
        "-- a word\nselect 1;\n\n\nselect   2 ;",
        "select\r\n1;\r\nselect 2;\r\n",
        "select /* why */ 1; select 2",
        "select 1;\nselect 2;\n-- the end",
    ],
)
def test_comments_and_white_space_that_changed_only_warn(today):
    plan = make_plan(folder(today), Ledger((by_cli("1", "select 1;\nselect 2;\n"),)))
    assert plan.pending == ()
    assert "white space" in plan.warnings[0]


@pytest.mark.parametrize(
    ("then", "today"),
    [
        ("select 'a  b'", "select 'a b'"),
        ('select "a  b"', 'select "a b"'),
        ("select $$--x$$", "select $$--y$$"),
        ("select 1", ""),
    ],
)
def test_white_space_in_a_literal_is_no_white_space(then, today):
    with pytest.raises(EditedMigration):
        make_plan(folder(today), Ledger((by_cli("1", then),)))


def test_line_ends_that_git_changed_only_warn():
    body = "create function f() returns int language sql as $$\n  select 1 -- one\n$$;"
    plan = make_plan(folder(body.replace("\n", "\r\n")), Ledger((by_cli("1", body),)))
    assert "white space" in plan.warnings[0]


def test_a_history_row_without_statements_is_taken_as_it_is():
    assert make_plan(folder("select 1"), Ledger((AppliedMigration("1"),))).pending == ()


def test_an_applied_version_without_a_file_is_refused():
    with pytest.raises(MissingMigration, match="0"):
        make_plan(folder("select 1"), Ledger((AppliedMigration("0", "gone"),)))


def test_a_file_older_than_the_newest_applied_one_is_refused_unless_asked_for():
    ledger = Ledger((by_cli("2", "select 2"),))
    with pytest.raises(OlderMigration, match=r"1_x\.sql"):
        make_plan(folder("select 1", "select 2"), ledger)
    plan = make_plan(folder("select 1", "select 2"), ledger, include_all=True)
    assert [planned.migration.version for planned in plan.pending] == ["1"]


def test_every_reason_is_given_at_once():
    with pytest.raises(Refused) as caught:
        make_plan(folder("select 1;\n\\d", "select 1; commit; select 2"), Ledger((AppliedMigration("0"),)))
    assert len(caught.value.errors) == 3


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("select 1;\n\\i other.sql\n", 2, 1, "\\i"),
        ("select 1;\ncommit;\nselect 2;", 2, 1, "commit"),
        ("begin;\nselect 1;\ncommit;\nselect 2;", 1, 1, "begin"),
        ("begin; select 1;\nrollback;", 1, 1, "begin"),
        ("create table t (id int);\n  create index concurrently i on t (id);", 2, 3, "CREATE INDEX CONCURRENTLY"),
        ("create table t (id int); vacuum t;", 1, 26, "VACUUM"),
        ("drop index concurrently i;\nselect 1;\ndrop table t;", 1, 1, "DROP INDEX CONCURRENTLY"),
        ("create type c as enum ('a');\nalter type d add value 'b';\nselect 'b'::d;", 3, 1, "'b'"),
        ("select 1;\nselect 'open", 2, 8, "never closed"),
    ],
)
def test_what_cannot_run_is_refused_before_anything_does(text, line, column, word):
    error = refusal(text)
    error = error.errors[0] if isinstance(error, Refused) else error
    assert (error.place.line, error.place.column) == (line, column)
    assert word in error.message


@pytest.mark.parametrize(
    "text",
    [
        "\\restrict abc\nselect 1;\n\\unrestrict abc\n",
        "begin;\nselect 1;\ncommit;",
        "-- x\nstart transaction;\nselect 1;\nend;\n",
        "copy t (id) from stdin;\n1\n2\n\\.\nselect 1;",
        "create type c as enum ('a');\nalter type c add value 'b';\nselect 'b'::c;",
        "alter type c add value 'b';\ncreate function f() returns text language sql as $$ select 'b' $$;",
        "create function f() returns int language sql begin atomic; select 1; end;",
        "comment on table t is 'commit; rollback';",
        "",
        "-- only a comment",
    ],
)
def test_what_a_dump_or_a_careful_person_writes_runs_in_one_transaction(text):
    (planned,) = make_plan(folder(text), Ledger()).pending
    assert planned.mode == "transaction"


@pytest.mark.parametrize(
    "text",
    [
        "create index concurrently i on t (id);",
        "set lock_timeout = '1s';\ncreate unique index concurrently i on t (id);\ndrop index concurrently j;",
        "vacuum analyze t",
        "reindex index concurrently i",
        "alter table p detach partition q concurrently",
        "-- kitdb: no-transaction\nupdate t set a = 1; update t set b = 2;",
        "-- about this file\n-- kitdb:no-transaction\nselect 1;",
        "-- pg-delta: transaction=false\nselect 1;",
    ],
)
def test_a_file_that_needs_it_or_asks_for_it_runs_statement_by_statement(text):
    (planned,) = make_plan(folder(text), Ledger()).pending
    assert planned.mode == "statements"


def test_a_file_that_stopped_in_between_goes_on_where_it_stopped():
    text = "-- kitdb: no-transaction\nselect 1;\nselect 2;\nselect 3;"
    statements = split(text)
    ledger = Ledger(unfinished=(Progress("1", 2, 3, prefix_checksum(statements[:2])),))
    (planned,) = make_plan(folder(text), ledger).pending
    assert planned.done == 2


def test_statements_that_ran_must_not_change_in_a_file_that_goes_on():
    text = "-- kitdb: no-transaction\nselect 1;\nselect 2;\nselect 3;"
    ledger = Ledger(unfinished=(Progress("1", 2, 3, prefix_checksum(split("select 1; select 7;"))),))
    with pytest.raises(CannotRun, match="2 of its statements have run"):
        make_plan(folder(text), ledger)
