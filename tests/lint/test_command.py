from __future__ import annotations

import json
from importlib.resources import as_file, files

import pytest
from typer.testing import CliRunner

from kitdb.cli import app
from kitdb.errors import BadSettings


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    return folder


def run(*arguments):
    return CliRunner().invoke(app, ["lint", *arguments])


def test_findings_fail_a_run_and_warnings_do_not(project):
    (project / "1_a.sql").write_text("drop table t;")
    assert run().exit_code == 1
    assert run("--fail-on", "never").exit_code == 0

    (project / "1_a.sql").write_text("drop index i;")
    assert run().exit_code == 0
    assert run("--fail-on", "warning").exit_code == 1


def test_the_settings_choose_rules(project):
    (project / "1_a.sql").write_text("drop table t;")
    (project.parents[1] / "kitdb.toml").write_text(
        '[lint]\nfail_on = "error"\n[lint.rules]\ndestructive-drop = "warning"\n'
    )

    result = run("--format", "json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["results"][0]["findings"][0]["severity"] == "warning"


@pytest.mark.parametrize(
    "text",
    ['[lint]\nprofil = "strict"\n', '[lint]\nprofile = "loose"\n', "lint = 1\n", '[lint.rules]\nKD201 = "maybe"\n'],
)
def test_bad_settings_are_refused(project, text):
    (project.parents[1] / "kitdb.toml").write_text(text)

    result = run()

    assert isinstance(result.exception, BadSettings)
    assert result.exception.hint


def test_a_file_given_is_judged_after_those_before_it(project):
    (project / "20250101000000_a.sql").write_text("create table private.t (id bigint primary key, a text not null);")
    later = project / "20250102000000_b.sql"
    later.write_text("alter table private.t alter a set not null;")

    assert run(str(later)).exit_code == 0


def test_a_baseline_lets_old_findings_pass(project):
    (project / "1_a.sql").write_text("drop table t;")
    assert run("--write-baseline", "--baseline", "known.txt").exit_code == 0

    assert run("--baseline", "known.txt").exit_code == 0
    (project / "2_b.sql").write_text("drop table u;")
    assert run("--baseline", "known.txt").exit_code == 1


def test_a_difference_changes_nothing(project):
    path = project / "20250101000000_a.sql"
    path.write_text("begin;\nselect 1;\ncommit;\n")

    result = run("--diff")

    assert "-begin;" in result.stdout
    assert path.read_text().startswith("begin;")
    assert run("--fix").exit_code == 0
    assert path.read_text() == "select 1;\n"


def test_files_that_a_fix_writes_are_judged_in_their_place(project):
    (project / "20250101000000_a.sql").write_text("create table private.t (id bigint primary key, a text);")
    (project / "20250102000000_b.sql").write_text("alter table private.t alter a set not null;")
    (project / "20250103000000_c.sql").write_text("alter table private.t rename to u;")

    fixed = run("--fix", "--select", "KD103")

    assert "20250102000002_b_validate.sql" in fixed.stderr
    assert (fixed.exit_code, "no findings" in fixed.stdout) == (0, True)


def test_a_rule_is_explained_by_code_and_by_name():
    assert run("--explain", "KD201").stdout == run("--explain", "destructive-drop").stdout
    assert "What to do:" in run("--explain", "KD201").stdout
    assert run("--explain", "KD999").exit_code == 2
    assert len(run("--list").stdout.splitlines()) > 60


@pytest.mark.server
def test_a_running_database_is_judged(project, sandbox, database):
    with sandbox.connect(database=database) as connection:
        connection.execute("create table public.a (id int); grant select on public.a to anon")

    result = run("--live", sandbox.url(database=database), "--format", "json")

    assert result.exit_code == 1
    codes = [finding["code"] for finding in json.loads(result.stdout)["results"][0]["findings"]]
    assert codes == ["KD401", "KD701"]


@pytest.mark.server
def test_phase_0_does_nothing_that_hurts(sandbox):
    with as_file(files("kitdb") / "migrations") as folder:
        result = run(str(folder), "--trace", "--quiet", "--format", "json")

    assert [one["findings"] for one in json.loads(result.stdout)["results"]] == [[], []]
    assert [one["notes"] for one in json.loads(result.stdout)["results"]] == [[], []]


@pytest.mark.server
def test_tracing_drops_what_does_not_happen(project, sandbox):
    (project / "20250101000000_a.sql").write_text(
        "create schema private; create table private.t (id bigint primary key);"
        "create function private.one() returns int language sql set search_path = '' return 1;"
    )
    (project / "20250102000000_b.sql").write_text("alter table private.t add a int default private.one();")

    assert run().exit_code == 1
    result = run("--trace", "--quiet")
    assert result.exit_code in (0, 1)
    assert "add-column-rewrites" in result.stdout or result.exit_code == 0
