"""Which rules are on, which files are new, which findings are known."""

from __future__ import annotations

import re
import subprocess
from collections import Counter

import pytest

from kitdb.errors import MissingPath
from kitdb.findings import Finding, Result
from kitdb.lint.baseline import read_baseline, without_known, write_baseline
from kitdb.lint.document import rules_page
from kitdb.lint.order import order_problems
from kitdb.lint.profile import UnknownRule, chosen_rules, configured
from kitdb.lint.rule import all_rules
from kitdb.lint.run import Options, lint_text
from kitdb.lint.since import NoGit, new_since
from tests.lint.pages import LINT_PAGE, RULES_PAGE


def test_the_page_of_rules_is_what_the_rules_say():
    assert RULES_PAGE.read_text(encoding="utf-8") == rules_page(), "run make rules"


def test_profiles_turn_rules_on():
    supabase, postgres, strict = (
        {rule.name for rule in chosen_rules(profile)} for profile in ("supabase", "postgres", "strict")
    )

    assert "missing-lock-timeout" in postgres - supabase
    assert "storage-policy-too-wide" in supabase - postgres
    assert strict == {rule.name for rule in all_rules()}


def test_a_project_turns_rules_off_on_and_up():
    rules, severities = configured(
        "supabase", {"destructive-drop": "off", "KD116": "info", "policy-to-public": "error"}, []
    )
    options = Options(rules=rules, severities=severities)

    found = lint_text("drop table t;\ncreate policy p on t for select using (a = 1);", options=options).findings

    assert [(finding.code, finding.severity) for finding in found] == [("KD116", "info"), ("KD403", "error")]


def test_strict_takes_warnings_for_errors():
    _, severities = configured("strict", {}, [])

    assert severities["KD403"] == "error"
    assert "KD304" not in severities


def test_one_rule_can_be_asked_for():
    rules, _ = configured("supabase", {}, ["KD201", "truncate"])

    assert [rule.code for rule in rules] == ["KD201", "KD203"]


def test_an_unknown_rule_is_refused():
    with pytest.raises(UnknownRule, match="the rule 'destructive-dorp'"):
        configured("supabase", {"destructive-dorp": "off"}, [])


def test_the_allowance_of_a_rule_that_is_off_is_not_stale():
    rules, severities = configured("supabase", {"destructive-drop": "off"}, [])
    text = "-- kitdb: allow destructive-drop: x\ndrop table t;"

    assert lint_text(text, options=Options(rules=rules, severities=severities)).findings == ()


def git(folder, *arguments):
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def test_files_are_new_since_a_commit(tmp_path):
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    for name in ("1_a.sql", "2_b.sql"):
        (folder / name).write_text("select 1;")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    (folder / "3_c.sql").write_text("select 1;")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "second")
    (folder / "2_b.sql").write_text("select 2;")
    (folder / "4_ä.sql").write_text("select 1;")

    assert [path.name for path in new_since("HEAD~1", folder)] == ["2_b.sql", "3_c.sql", "4_ä.sql"]


@pytest.mark.parametrize("reference", ["no-such-commit", "--output=x"])
def test_what_git_does_not_know_is_an_error(tmp_path, reference):
    git(tmp_path, "init", "-q")

    with pytest.raises(NoGit):
        new_since(reference, tmp_path)


def test_a_folder_outside_of_git_is_an_error(tmp_path):
    with pytest.raises(NoGit, match="git cannot say"):
        new_since("HEAD", tmp_path)


def test_the_order_of_files_is_looked_at(tmp_path):
    names = ["20250101000000_a.sql", "20250101000000_b.sql", "draft.sql", "20250103000000_c.sql"]
    paths = [tmp_path / name for name in names]

    assert order_problems(paths) == {
        paths[1]: "it has the version of 20250101000000_a.sql: one version can be applied once",
        paths[2]: "its name is not <version>_<name>.sql, so it is never applied",
    }
    assert order_problems(paths[:1], paths[3:]) == {
        paths[0]: "its version is older than 20250103000000, which is there already"
    }
    assert order_problems([tmp_path / "schema.sql"]) == {}


def test_a_baseline_holds_back_what_is_known_as_often_as_it_is(tmp_path):
    finding = Finding("KD201", "destructive-drop", "error", "a | b", None, "public.t")
    path = tmp_path / "baseline.txt"
    assert write_baseline(path, [Result("a", (finding,))], tmp_path) == 1

    known, stale = without_known([Result("a", (finding, finding))], read_baseline(path), tmp_path)

    assert (len(known[0].findings), stale) == (1, 0)
    assert without_known([Result("a")], read_baseline(path), tmp_path)[1] == 1


def test_a_missing_baseline_is_an_error(tmp_path):
    with pytest.raises(MissingPath):
        read_baseline(tmp_path / "none.txt")


def test_a_baseline_is_read_without_its_comments(tmp_path):
    (tmp_path / "b").write_text("# head\n\na|b|c|d\n")

    assert read_baseline(tmp_path / "b") == Counter({"a|b|c|d": 1})


def test_the_page_about_lint_knows_every_rule():
    page = LINT_PAGE.read_text(encoding="utf-8")
    ranges = re.findall(r"KD(\d+) to KD(\d+)", page)

    told = {int(code) for code in re.findall(r"KD(\d+)", page)}.union(*(range(int(a), int(b) + 1) for a, b in ranges))

    known = {int(rule.code[2:]) for rule in all_rules()}
    assert (known - told, told - known - {number for a, b in ranges for number in range(int(a), int(b))}) == (
        set(),
        set(),
    )
