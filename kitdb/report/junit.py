"""JUnit XML, which every CI shows as tests: one a subject, failed by its errors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from kitdb.findings import Finding, Result


def write(results: Sequence[Result], out: TextIO) -> None:
    failed = sum(not result.passed for result in results)
    seconds = sum(result.seconds for result in results)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    totals = f'tests="{len(results)}" failures="{failed}" errors="0" time="{seconds:.3f}"'
    out.write(f'<testsuites name="kitdb" {totals}>\n  <testsuite name="kitdb" {totals}>\n')
    for result in results:
        out.write(_case(result))
    out.write("  </testsuite>\n</testsuites>\n")


def _case(result: Result) -> str:
    name = quoteattr(legal(result.subject))
    head = f'    <testcase classname="kitdb" name={name} time="{result.seconds:.3f}"'
    lines = []
    errors = [finding for finding in result.findings if finding.severity == "error"]
    if errors:
        noun = "finding" if len(errors) == 1 else "findings"
        text = "\n".join(finding_line(finding) for finding in errors)
        kind = quoteattr(errors[0].code)
        lines.append(f'      <failure message="{len(errors)} {noun}" type={kind}>{escape(legal(text))}</failure>\n')
    others = [finding_line(finding) for finding in result.findings if finding.severity != "error"] + list(result.notes)
    if others:
        lines.append(f"      <system-out>{escape(legal(chr(10).join(others)))}</system-out>\n")
    return f"{head}>\n{''.join(lines)}    </testcase>\n" if lines else f"{head}/>\n"


def finding_line(finding: Finding) -> str:
    where = f"{finding.place}: " if finding.place else ""
    return f"{where}{finding.severity} {finding.code} {finding.name}: {finding.message}"


# What XML 1.0 can hold in no form.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
