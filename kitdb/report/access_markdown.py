"""Access for a pull request: what is wrong, the SQL that shows it, and the matrix in a fold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from kitdb.findings import SEVERITIES
from kitdb.report.access_table import square
from kitdb.report.access_view import AccessView, is_wrong
from kitdb.report.markdown import cell_text, finding_rows, mark

_MOST_SQL = 5
_MOST_CHARACTERS = 60_000  # a comment on GitHub holds 65,536


def write(view: AccessView, out: TextIO) -> None:
    size = 0
    for number, part in enumerate(_parts(view)):
        if size + len(part) > _MOST_CHARACTERS and number:
            out.write("\nMore than fits here: `--report html=FILE` has all of it.\n")
            return
        size += len(part)
        out.write(part)


def _parts(view: AccessView) -> Iterator[str]:
    findings = sorted(view.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    yield f"### {mark(findings)} kitdb check-rls: {cell_text(view.summary)}\n"
    if findings:
        yield "\n" + "".join(finding_rows(findings))
    shown = [finding for finding in findings if finding.evidence][:_MOST_SQL]
    for finding in shown:
        yield _folded(f"{finding.code}: {finding.message}", _sql(finding.evidence or ""))
    yield _folded("Who can do what", "".join(_matrix(view)))
    if view.matrix.not_covered:
        yield _folded("Not covered", "".join(f"- {cell_text(str(note))}\n" for note in view.matrix.not_covered))


def _folded(title: str, text: str) -> str:
    return f"\n<details><summary>{cell_text(title)}</summary>\n\n{text}\n</details>\n"


def _sql(text: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}sql\n{text}\n{fence}\n"


def _matrix(view: AccessView) -> Iterator[str]:
    columns = ["object", "command", *(actor.name for actor in view.actors)]
    yield f"| {' | '.join(cell_text(column) for column in columns)} |\n|{' --- |' * len(columns)}\n"
    for name, squares in view.objects.items():
        for command, by_actor in squares.items():
            if command == "upsert" and not any(is_wrong(cells) for cells in by_actor.values()):
                continue
            row = [str(square(view, name, command, actor, by_actor.get(actor.name, []))) for actor in view.actors]
            if any(text != "–" for text in row):
                yield f"| {' | '.join(cell_text(text) for text in (name, command, *row))} |\n"
