"""`kitdb check-rls --report`: several files of one run."""

from __future__ import annotations

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest

MIGRATION = """create table public.notes (id uuid primary key default gen_random_uuid(), owner_id uuid references auth.users (id), body text);
alter table public.notes enable row level security;
grant select on public.notes to authenticated;
create policy "read all" on public.notes for select to authenticated using (true);
"""
ACCESS = '[tables.notes]\nrows.own = "owner_id = :uid"\nallow = ["user: select own"]\n'


def kitdb(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "kitdb", "check-rls", "-q", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.server
def test_one_run_writes_every_report_at_the_policy_that_leaks(tmp_path):
    (tmp_path / "supabase/migrations").mkdir(parents=True)
    (tmp_path / "supabase/policies").mkdir()
    (tmp_path / "supabase/migrations/1_notes.sql").write_text(MIGRATION)
    (tmp_path / "supabase/policies/access.toml").write_text(ACCESS)

    forms = ("junit", "sarif", "html", "json")
    done = kitdb(
        "--format", "github", *(part for form in forms for part in ("--report", f"{form}=out/{form}")), cwd=tmp_path
    )

    assert done.returncode == 1, done.stderr
    assert "::error title=KD801 leak,file=supabase/migrations/1_notes.sql,line=4,col=1::" in done.stdout
    out = tmp_path / "out"
    (run,) = json.loads((out / "sarif").read_text())["runs"]
    leak = next(result for result in run["results"] if result["ruleId"] == "KD801")
    assert leak["locations"][0]["physicalLocation"]["region"]["startLine"] == 4
    failures = [
        case.find("failure").text
        for case in ElementTree.parse(out / "junit").iter("testcase")
        if case.get("classname") == "notes" and case.find("failure") is not None
    ]
    assert any('from "public"."notes"' in text and "rollback;" in text for text in failures)
    cells = json.loads((out / "json").read_text())["cells"]
    assert sum(cell["verdict"] == "leak" for cell in cells) == len(failures)
    assert "read all" in (out / "html").read_text()


def test_a_report_that_is_no_format_and_file_is_a_usage_error(tmp_path):
    for text in ("html", "pdf=a", "html="):
        done = kitdb("--report", text, cwd=tmp_path)

        assert done.returncode == 2
        assert "FORMAT=FILE" in done.stderr
