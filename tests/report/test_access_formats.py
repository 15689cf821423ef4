"""One run of check-rls, in the forms that people and other programs read."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console
from shown import CELLS, EVIDENCE, FINDINGS, TABLE, text, view

from kitdb.report.access_table import matrix

ACCESS_PAGE = Path(__file__).parents[2] / "docs" / "access.md"


def test_sarif_puts_a_leak_where_its_policy_is_written_and_describes_every_rule():
    (run,) = json.loads(text("sarif"))["runs"]

    leak, excess = run["results"]
    place = leak["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "supabase/migrations/1_notes.sql"
    assert place["region"] == {"startLine": 3, "startColumn": 1}
    assert "access.toml:2:1" in leak["message"]["text"]
    assert leak["properties"]["evidence"] == EVIDENCE
    assert excess["level"] == "warning"
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert {f"KD{number}" for number in (*range(801, 844), 845)} <= set(rules)
    assert set(re.findall(r"KD8\d\d", ACCESS_PAGE.read_text(encoding="utf-8"))) <= set(rules)
    assert all("security" in rule["properties"]["tags"] for rule in rules.values())
    assert rules["KD801"]["shortDescription"]["text"].startswith("Somebody can do more")
    assert "1_notes.sql" not in rules["KD801"]["help"]["text"]


def test_junit_has_a_case_a_cell_and_the_request_in_the_failure():
    root = ElementTree.fromstring(text("junit"))

    suites = {suite.get("name"): suite for suite in root}
    assert root.get("failures") == "1"
    assert root.get("skipped") == "1"
    assert sum(len(suite) for name, suite in suites.items() if name != "findings") == len(CELLS)
    failed = [case for case in suites["notes"] if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == ["user select other"]
    assert failed[0].find("failure").text == EVIDENCE
    assert failed[0].find("failure").get("message") == "leak: expected denied, was allowed"
    names = [case.get("name") for suite in root for case in suite]
    assert len(set(names)) == len(names)
    (other,) = suites["findings"]  # the leak is a case already
    assert other.get("name").startswith("KD805")


def test_github_annotates_the_line_of_the_policy():
    first = text("github").splitlines()[0]

    assert first.startswith(
        "::error title=KD801 leak,file=supabase/migrations/1_notes.sql,line=3,col=1::user can select"
    )


def test_markdown_shows_the_sql_and_keeps_names_text():
    shown = text("markdown")

    assert shown.startswith("### ❌ kitdb check-rls: NOT as specified")
    assert "supabase/migrations/1\\_notes.sql:3:1" in shown
    assert f"```sql\n{EVIDENCE}\n```" in shown
    assert "<img" not in shown


def test_markdown_fits_into_a_comment():
    many = tuple(
        replace(one, message=f"{one.message} {n}", evidence=EVIDENCE * 200) for n in range(50) for one in FINDINGS
    )

    shown = text("markdown", view(findings=many))

    assert len(shown) < 65_536
    assert shown.endswith("`--report html=FILE` has all of it.\n")


def test_a_finding_without_a_policy_is_put_where_the_table_is_made():
    wrong = replace(CELLS[1], command="delete")

    first = view(cells=(wrong,)).findings[0]

    assert str(first.place) == "supabase/migrations/1_notes.sql:1:1"
    assert "No policy decides about it." in (first.help or "")


def test_sql_is_a_script_with_what_each_statement_shows_above_it():
    script = text("sql")

    assert (
        f"-- supabase/migrations/1_notes.sql:3:1: KD801 leak: user can select notes, rows: other\n{EVIDENCE}\n"
        in script
    )
    assert script.startswith("-- NOT as specified")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_matrix_fits_the_terminal(width):
    out = io.StringIO()
    Console(file=out, width=width, markup=False).print(matrix(view(), width))

    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert re.search(r"own \(body\)", out.getvalue())
    assert "LEAK: other" in out.getvalue()


def test_a_log_has_the_findings_after_the_matrix_and_the_verdict_last():
    lines = text("table").splitlines()

    places = [
        next(n for n, line in enumerate(lines) if part in line)
        for part in ("LEAK: other", "error KD801", "not covered:")
    ]
    assert places == sorted(places)
    assert lines[-1].startswith("NOT as specified: 7 cells, 21 tries")


def test_html_holds_hostile_names_as_data():
    page = text("html")

    assert "<img" not in page.split('<script type="application/json"')[1].split("</script>")[0]
    assert page.count("</script>") == 2
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert TABLE in {one["name"] for one in data["objects"]}
    assert data["findings"][0]["place"] == "supabase/migrations/1_notes.sql:3:1"
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)
