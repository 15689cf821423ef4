"""A summary for a pull request: a table of findings, with what to do in the fold below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from kitdb.findings import SEVERITIES, Finding, Result
from kitdb.report.table import summary


def write(results: Sequence[Result], out: TextIO, *, noun: str = "subject") -> None:
    findings = [finding for result in results for finding in result.findings]
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    out.write(f"### {mark(findings)} kitdb: {summary(results, noun)}\n")
    if findings:
        out.write("\n")
        out.writelines(finding_rows(findings))
        out.write("\n<details><summary>What to do</summary>\n\n")
        helps = dict.fromkeys((finding.code, finding.name, finding.help) for finding in findings if finding.help)
        for code, name, text in helps:
            out.write(f"- **{code} {name}**: {cell_text(text or '')}\n")
        out.write("\n</details>\n")
    notes = [f"{result.subject}: {note}" for result in results for note in result.notes]
    if notes:
        out.write("\nNot checked:\n\n" + "".join(f"- {cell_text(note)}\n" for note in notes))


def mark(findings: Sequence[Finding]) -> str:
    return "❌" if any(finding.severity == "error" for finding in findings) else "⚠️" if findings else "✅"


def finding_rows(findings: Iterable[Finding]) -> Iterator[str]:
    yield "| | rule | where | finding |\n| --- | --- | --- | --- |\n"
    for finding in findings:
        where, message = cell_text(_where(finding)), cell_text(finding.message)
        yield f"| {finding.severity} | {_rule(finding)} | {where} | {message} |\n"


def _rule(finding: Finding) -> str:
    return f"{finding.code} {finding.name}"


def _where(finding: Finding) -> str:
    return str(finding.place) if finding.place else finding.subject or ""


def cell_text(text: str) -> str:
    """Text that stays text in a table."""
    flat = " ".join(text.split())
    for character in "\\`*_|<>[]":
        flat = flat.replace(character, f"\\{character}" if character != "<" else "&lt;")
    return flat.replace("\\>", "&gt;")
