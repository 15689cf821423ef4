from __future__ import annotations

import json
from importlib.resources import as_file, files

import pytest
from psycopg import errors
from typer.testing import CliRunner

from kitdb import database as databases
from kitdb.catalog.read import read_catalog
from kitdb.cli import app
from kitdb.lint.live import available_extensions, catalog_parts, lint_catalog, table_sizes, usage, with_catalog
from kitdb.lint.profile import chosen_rules
from kitdb.lint.run import Options, judge, lint_files
from kitdb.lint.script import BrokenBody, Unread, read_text
from kitdb.migrate.apply import Options as ApplyOptions
from kitdb.migrate.apply import apply
from kitdb.migrate.files import read_migrations
from kitdb.sql.operations import Other

pytestmark = pytest.mark.server


def catalog_of(sandbox, database, sql=""):
    with sandbox.connect(database=database) as connection:
        connection.execute(sql or "select 1")
        return read_catalog(connection)


def names(result):
    return sorted(finding.name for finding in result.findings)


def test_a_fresh_project_has_no_findings(sandbox, database):
    assert lint_catalog(catalog_of(sandbox, database), Options()).findings == ()


def test_phase_0_has_no_findings(sandbox, database):
    with as_file(files("kitdb") / "migrations") as folder:
        url = sandbox.url(database=database)
        for _ in apply(
            lambda name: databases.connect(url, application_name=name), read_migrations(folder), ApplyOptions()
        ):
            pass
        assert [finding for result in lint_files([folder]) for finding in result.findings] == []

    result = lint_catalog(catalog_of(sandbox, database), Options())

    assert [finding.message for finding in result.findings] == []


def test_every_statement_that_stands_for_an_object_is_read(sandbox, database):
    with as_file(files("kitdb") / "migrations") as folder:
        url = sandbox.url(database=database)
        for _ in apply(
            lambda name: databases.connect(url, application_name=name), read_migrations(folder), ApplyOptions()
        ):
            pass

    operations = [operation for part in catalog_parts(catalog_of(sandbox, database)) for operation in part.operations]

    assert [one for one in operations if isinstance(one, Unread | BrokenBody)] == []
    assert {one.tag for one in operations if isinstance(one, Other)} <= {"create role"}


def test_what_is_open_in_a_database_is_found(sandbox, database):
    result = lint_catalog(
        catalog_of(
            sandbox,
            database,
            """
            create table public.task (id bigint primary key, owner_id uuid, at timestamp);
            grant select on public.task to anon;
            create policy p on public.task for update to authenticated using (auth.uid() is not null);
            create function public.f() returns int language sql security definer as 'select 1';
            create view public.people with (security_invoker = off) as select id, email from auth.users;
            grant select on public.people to anon;
            """,
        ),
        Options(),
    )

    assert names(result) == [
        "auth-call-per-row",
        "definer-function-callable",
        "definer-function-without-search-path",
        "definer-view",
        "policies-without-rls",
        "policy-not-bound-to-caller",
        "table-without-rls",
        "timestamp-without-time-zone",
        "users-exposed",
    ]
    assert {(finding.engine, finding.place) for finding in result.findings} == {("catalog", None)}
    assert all(finding.evidence for finding in result.findings)


def test_what_nobody_may_reach_is_not_found(sandbox, database):
    result = lint_catalog(
        catalog_of(
            sandbox,
            database,
            """
            create table public.task (id bigint primary key);
            create function public.f() returns int language sql security definer set search_path = '' as 'select 1';
            revoke execute on function public.f() from public;
            create materialized view public.m as select 1 as n;
            """,
        ),
        Options(),
    )

    assert names(result) == []


def test_files_are_judged_by_the_database_they_are_for(sandbox, database):
    with sandbox.connect(database=database) as connection:
        connection.execute(
            "create schema private; create table private.small (id bigint primary key, a varchar(10));"
            "create table private.large (id bigint primary key, a varchar(10));"
            "insert into private.large select n from generate_series(1, 20000) n; analyze private.small, private.large"
        )
        catalog, sizes = read_catalog(connection), table_sizes(connection)
    file = read_text(
        "create index on private.large (a);\ncreate index on private.small (a);\n"
        "alter table private.large alter a type varchar(20);",
        "a.sql",
        "a.sql",
    )

    (judgement,) = judge([], [file], with_catalog(Options(), catalog, sizes))

    found = [(one.finding.place.line, one.finding.name, one.finding.severity) for one in judgement.judged]
    assert found == [(1, "index-not-concurrent", "error"), (2, "index-not-concurrent", "info")]
    assert judgement.judged[1].finding.message.endswith("(about 0 rows: a moment)")


def test_an_index_that_was_never_finished_is_found(sandbox, database):
    with sandbox.connect("supabase_admin", database) as connection:
        connection.execute("create table private_t (id int); insert into private_t values (1), (1)")
        with pytest.raises(errors.UniqueViolation):
            connection.execute('create unique index concurrently "an index" on private_t (id)')
        result = lint_catalog(read_catalog(connection), Options(exposed_schemas=()))

    assert [finding.message for finding in result.findings if finding.name == "invalid-index"] == [
        'index public."an index" of public.private_t is invalid: it costs every write and serves no query'
    ]


def test_an_extension_that_is_older_than_the_server_has_is_found(sandbox, database):
    with sandbox.connect("supabase_admin", database) as connection:
        connection.execute(
            "drop extension if exists pg_trgm cascade; create extension pg_trgm with schema extensions version '1.3'"
        )
        available = available_extensions(connection)
        result = lint_catalog(read_catalog(connection), Options(), available=available)

    assert [finding.message for finding in result.findings] == ["pg_trgm is 1.3, and the server has 1.6"]


def test_a_migration_that_was_edited_after_it_was_applied_is_found(sandbox, database, tmp_path):
    same, other = tmp_path / "20250101000000_same.sql", tmp_path / "20250102000000_other.sql"
    same.write_text("create schema one;")
    other.write_text("create schema two;")
    url = sandbox.url(database=database)
    [*apply(lambda name: databases.connect(url, application_name=name), read_migrations(tmp_path), ApplyOptions())]
    same.write_text("-- said later\ncreate schema one;")
    other.write_text("create schema three;")

    result = CliRunner().invoke(app, ["lint", str(tmp_path), "--live", url, "--format", "json"])

    found = [one for part in json.loads(result.stdout)["results"] for one in part["findings"]]
    assert [(one["name"], one["path"]) for one in found] == [("applied-migration-edited", str(other))]
    assert result.exit_code == 1


def test_a_role_that_passes_by_policies_is_found(sandbox, database):
    with sandbox.connect("supabase_admin", database) as connection:
        connection.execute('begin; create role "re porter" bypassrls')
        result = lint_catalog(read_catalog(connection), Options(rules=chosen_rules("strict")))
        connection.execute("rollback")

    assert [one.message for one in result.findings if one.code == "KD419"] == ['no policy counts for role "re porter"']


def test_what_is_never_used_or_never_cleared_is_found(sandbox, database):
    with sandbox.connect("supabase_admin", database) as connection:
        connection.execute(
            "create table other (id int primary key);"
            "create table used (id int, a int, b int references other) with (autovacuum_enabled = off);"
            'insert into used select i, i from generate_series(1, 60000) i; create index "a b" on used (a);'
            "create index on used (b); create index used_id on used (id); analyze used"
        )
        for number in range(101):
            connection.execute("select from used where id = %s", (number,))
        connection.execute("update used set a = 0 where id <= 20000")
        connection.execute("select pg_stat_force_next_flush()")
        result = lint_catalog(read_catalog(connection), Options(rules=chosen_rules("strict")), used=usage(connection))

    assert [one.message for one in result.findings if one.code in ("KD717", "KD718")] == [
        'index public."a b" of public.used takes 1 MB and has served no query',
        "public.used has 20000 rows that are gone beside 60000 that are there",
    ]
