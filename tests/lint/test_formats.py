"""What is found, in the forms that other programs read."""

from __future__ import annotations

import io
import json
import re
from xml.etree import ElementTree

import pytest

from kitdb import report
from kitdb.errors import Place
from kitdb.findings import Finding, Result
from kitdb.lint.run import lint_text

TEXT = 'create policy "a|b" on t for select using (a = auth.uid()); -- ä\n/* ö */ drop table "x<y>";\nselect \'a'
RESULTS = (
    lint_text(TEXT, "supabase/migrations/1_ä b.sql"),
    Result(
        "database", (Finding("KD401", "table-without-rls", "error", "public.t\x1b is %open,\nnow", None, "public.t"),)
    ),
    Result("c.sql", notes=("line 1: not checked",)),
)
FINDINGS = [finding for result in RESULTS for finding in result.findings]


def written(form, results=RESULTS):
    out = io.StringIO()
    report.write(results, form, noun="file", out=out)
    return out.getvalue()


def test_sarif_has_what_the_standard_asks_for():
    document = json.loads(written("sarif"))

    assert document["version"] == "2.1.0"
    assert document["$schema"].startswith("https://")
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "kitdb"
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    assert len(run["results"]) == len(FINDINGS)
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        for location in result["locations"]:
            physical = location.get("physicalLocation")
            if physical:
                assert re.fullmatch(r"[^ \\]+", physical["artifactLocation"]["uri"])
                assert physical["region"]["startLine"] >= 1
                assert physical["region"]["startColumn"] >= 1
    assert run["invocations"][0]["executionSuccessful"] is True
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["message"]["text"] for note in notifications] == ["c.sql: line 1: not checked"]


def test_sarif_names_no_property_that_the_standard_lacks():
    (run,) = json.loads(written("sarif"))["runs"]

    assert set(run) <= {"tool", "columnKind", "results", "invocations"}
    for result in run["results"]:
        known = {"ruleId", "ruleIndex", "level", "message", "partialFingerprints", "locations", "properties"}
        assert set(result) <= known
    for rule in run["tool"]["driver"]["rules"]:
        assert set(rule) <= {"id", "name", "shortDescription", "defaultConfiguration", "help", "properties"}


def test_fingerprints_survive_moved_lines():
    moved = lint_text(f"\n\n{TEXT}", "supabase/migrations/1_ä b.sql")

    def prints(results):
        run = json.loads(written("sarif", results))["runs"][0]
        return [result["partialFingerprints"] for result in run["results"]]

    assert prints([moved]) == prints(RESULTS[:1])


def test_annotations_are_one_line_each_with_nothing_unescaped():
    lines = written("github").splitlines()

    annotations = [line for line in lines if line.startswith("::")]
    assert len(annotations) == len(FINDINGS) + 1
    assert all(re.match(r"::(error|warning|notice) [^:]+::", line) for line in annotations)
    assert any("%25open,%0Anow" in line for line in annotations)


def test_code_quality_has_a_fingerprint_for_each_issue():
    issues = json.loads(written("gitlab", (RESULTS[0], RESULTS[0], RESULTS[1])))

    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["path"]
        assert issue["location"]["lines"]["begin"] >= 1


def test_junit_is_xml_with_a_test_for_each_file():
    root = ElementTree.fromstring(written("junit"))

    cases = root.findall("./testsuite/testcase")
    assert [case.get("name") for case in cases] == [result.subject for result in RESULTS]
    assert [case.find("failure") is not None for case in cases] == [True, True, False]
    assert root.get("failures") == "2"
    assert "line 1: not checked" in cases[2].findtext("system-out")


def test_markdown_keeps_text_out_of_its_table():
    text = written("markdown")

    rows = [line for line in text.splitlines() if line.startswith(("| error", "| warning", "| info"))]
    assert len(rows) == len(FINDINGS)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert "&lt;y&gt;" in text
    assert "Not checked:\n\n- c.sql: line 1: not checked" in text


def test_json_says_who_knows_and_how_well():
    document = json.loads(written("json"))

    first = document["results"][0]["findings"][0]
    assert (first["engine"], first["confidence"]) == ("static", "certain")


def test_the_table_shows_the_line_with_a_caret():
    (result,) = (lint_text("/* ä */ drop table t; -- ö", "a.sql"),)

    lines = written("table", [result]).splitlines()

    assert lines[1] == "    1 | /* ä */ drop table t; -- ö"
    assert lines[2] == "      |         ^"


def test_wide_letters_move_the_caret():
    finding = Finding("KD201", "x", "error", "m", Place("a.sql", 1, 3), excerpt="漢字x")

    assert written("table", [Result("a.sql", (finding,))]).splitlines()[2] == "      |     ^"


def test_a_long_line_is_cut_around_its_place():
    finding = Finding("KD201", "x", "error", "m", Place("a.sql", 7, 401), excerpt="a" * 400 + "B" + "c" * 400)

    lines = written("table", [Result("a.sql", (finding,))]).splitlines()

    assert lines[1][lines[2].index("^")] == "B"
    assert len(lines[1]) < 120


@pytest.mark.parametrize("form", ["table", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_nothing_found_is_written_too(form):
    assert written(form, [])


def test_what_is_there_in_the_end_is_no_file():
    assert "2 files checked" in written("table")
    assert "1 file checked" in written("table", RESULTS[:2])


def test_what_to_do_is_said_once_for_each_rule():
    shown = written("table", (lint_text("drop table a;\ndrop table b;\ndrop index c;", "a.sql"),))

    assert shown.count("are lost") == 2
    assert shown.count("help: ") == 2
