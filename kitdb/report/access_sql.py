"""The findings as a psql script: each shows itself, in a transaction that is rolled back."""

from __future__ import annotations

from typing import TextIO

from kitdb.report.access_view import AccessView


def write(view: AccessView, out: TextIO) -> None:
    out.write(_comment(view.summary))
    out.write("-- Run it in a database that holds nothing else, as a superuser: psql -f FILE\n")
    for finding in view.findings:
        if finding.evidence:
            where = f"{finding.place}: " if finding.place else ""
            out.write(f"\n{_comment(f'{where}{finding.code} {finding.name}: {finding.message}')}{finding.evidence}\n")


def _comment(text: str) -> str:
    return "".join(f"-- {line}\n" for line in text.splitlines())
