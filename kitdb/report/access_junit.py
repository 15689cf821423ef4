"""The access matrix as JUnit XML: a suite an object, a case a cell; then a case for each finding that has no cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from kitdb.findings import Finding
from kitdb.report.access_view import OPEN, WRONG, AccessView, Squares, reach
from kitdb.report.junit import finding_line, legal
from kitdb.rls.matrix import Cell


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    tag: str = ""  # failure or skipped
    message: str = ""
    text: str = ""
    kind: str = ""

    def xml(self, suite: str) -> str:
        head = f"    <testcase classname={_quoted(suite)} name={_quoted(self.name)}"
        if not self.tag:
            return f"{head}/>\n"
        kind = f" type={_quoted(self.kind)}" if self.kind else ""
        inside = f"<{self.tag} message={_quoted(self.message)}{kind}>{escape(legal(self.text))}</{self.tag}>"
        return f"{head}>{inside}</testcase>\n"


def write(view: AccessView, out: TextIO) -> None:
    suites: dict[str, list[_Case]] = {}
    for cell in view.matrix.cells:
        if cell.object in view.objects:
            suites.setdefault(cell.object, []).append(_cell(view, cell))
    for name, squares in view.objects.items():
        suites.setdefault(name, []).extend(_untried(view, name, squares))
    for finding in _others(view):
        suites.setdefault("findings", []).append(_finding(finding))
    every = [case for cases in suites.values() for case in cases]
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<testsuites name="kitdb check-rls" {_totals(every)} time="{view.seconds:.3f}">\n')
    for name, cases in suites.items():
        out.write(f"  <testsuite name={_quoted(name)} {_totals(cases)}>\n")
        out.writelines(case.xml(name) for case in cases)
        out.write("  </testsuite>\n")
    out.write("</testsuites>\n")


def _cell(view: AccessView, cell: Cell) -> _Case:
    name = f"{cell.actor} {cell.command} {reach(cell)}".rstrip()
    if cell.verdict in WRONG:
        message = f"{cell.verdict}: expected {cell.expected}, was {cell.actual}"
        text = "\n".join(part for part in (cell.detail, view.request(cell)) if part)
        return _Case(name, "failure", message, text, cell.verdict)
    if cell.verdict in OPEN:
        return _Case(name, "skipped", cell.detail or "no row on which it could be tried")
    return _Case(name)


def _untried(view: AccessView, name: str, squares: Squares) -> Iterator[_Case]:
    """What has no cell and might be allowed."""
    for command, by_actor in squares.items():
        for actor in view.actors:
            if actor.name not in by_actor and view.untried(name, command, actor, ()):
                yield _Case(f"{actor.name} {command}", "skipped", "not tried")


def _others(view: AccessView) -> Iterator[Finding]:
    """Findings that no failed cell tells already."""
    told = {(cell.object, cell.evidence) for cell in view.matrix.cells if cell.verdict in WRONG and cell.evidence}
    return (finding for finding in view.findings if (finding.subject, finding.evidence) not in told)


def _finding(finding: Finding) -> _Case:
    name = f"{finding.code} {finding.name}: {finding.message}"
    if finding.severity != "error":
        return _Case(name)
    text = "\n".join(part for part in (finding_line(finding), finding.help, finding.evidence) if part)
    return _Case(name, "failure", finding.message, text, finding.code)


def _totals(cases: list[_Case]) -> str:
    failed, skipped = (sum(case.tag == tag for case in cases) for tag in ("failure", "skipped"))
    return f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}"'


def _quoted(text: str) -> str:
    return quoteattr(legal(text))
