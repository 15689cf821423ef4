"""Results for people: one block a finding, one line a summary; colour says nothing that words do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from kitdb.findings import SEVERITIES, Finding, Result

_LOG_WIDTH = 140  # columns in a log or a file, which have no width of their own

STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}


def write(results: Sequence[Result], out: TextIO, *, noun: str = "subject") -> None:
    console = console_for(out)
    helped: set[tuple[str, str | None]] = set()
    for result in results:
        for finding in result.findings:
            key = (finding.code, finding.help)
            # What to do about a rule is said once: a long folder has the same finding fifty times.
            console.print(finding_text(replace(finding, help=None) if key in helped else finding), soft_wrap=True)
            helped.add(key)
        for note in result.notes:
            console.print(Text(f"note: {note}"), soft_wrap=True)
    console.print(Text(summary(results, noun)), soft_wrap=True)


def console_for(out: TextIO) -> Console:
    """A console that neither reads markup nor guesses at highlights: what is printed is what was meant."""
    width = None if out.isatty() else _LOG_WIDTH
    return Console(file=out, markup=False, highlight=False, emoji=False, width=width)


def finding_text(finding: Finding) -> Text:
    """`file:line:column: error KD101 name: message`, with what to do below."""
    text = Text()
    if finding.place:
        text.append(f"{finding.place}: ")
    text.append(finding.severity, STYLES[finding.severity])
    text.append(f" {finding.code} {finding.name}: {finding.message}")
    if finding.engine == "traced":
        text.append(" (seen)", "dim")
    elif finding.confidence == "possible":
        text.append(" (possible)", "dim")
    if finding.excerpt and finding.place and finding.place.line and finding.place.column:
        text.append(_excerpt(finding.excerpt, finding.place.line, finding.place.column), "dim")
    if finding.help:
        text.append(f"\n    help: {finding.help}", "dim")
    if finding.evidence:
        text.append("\n" + "\n".join(f"    {line}" for line in finding.evidence.splitlines()), "dim")
    return text


_SHOWN = 100  # columns of an excerpt


def _excerpt(line: str, number: int, column: int) -> str:
    """The line of the file, and a caret below the place."""
    line = line.expandtabs(1)
    start = max(0, column - 1 - _SHOWN // 2) if len(line) > _SHOWN else 0
    shown = line[start : start + _SHOWN]
    before, after = "…" if start else "", "…" if start + _SHOWN < len(line) else ""
    margin = f"{number:>5} | "
    pad = cell_len(before + shown[: column - 1 - start])
    return f"\n{margin}{before}{shown}{after}\n{'':>5} | {' ' * pad}^"


def summary(results: Sequence[Result], noun: str) -> str:
    """`3 files checked in 0.12 s: 1 error, 2 warnings`."""
    counted = Counter(finding.severity for result in results for finding in result.findings)
    found = [
        f"{counted[severity]} {severity}{'s' if counted[severity] != 1 else ''}"
        for severity in SEVERITIES
        if counted[severity]
    ]
    seconds = sum(result.seconds for result in results)
    # A database that lint has made of the files is none of them.
    number = sum(not _is_of_the_end_state(result) for result in results) if noun == "file" else len(results)
    subjects = f"{number} {noun}{'s' if number != 1 else ''}"
    return f"{subjects} checked in {seconds:.2f} s: {', '.join(found) if found else 'no findings'}"


def _is_of_the_end_state(result: Result) -> bool:
    return bool(result.findings) and not any(finding.place for finding in result.findings)
